#pragma once
// Writes entries into a map. Guards the caller's connection, and reports exactly how much was done.

#include "cli/bulk/spool.hpp"
#include "cli/entry/entry.hpp"
#include "cli/filter/caller_guard.hpp"
#include "cli/session/progress.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// The counts of what was written so far.
struct Written {
  std::size_t put = 0;
  std::size_t deleted = 0;
  std::size_t absent = 0;  ///< to be deleted, but not in the map

  std::size_t steps() const noexcept { return put + deleted + absent; }
};

/// Every command writes to a map through this class. First the caller announces the entries; then
/// check() refuses what would cut off the caller's connection; then they are written. A failure
/// names the entry, its place in the input, and how many entries were done before it.
class EntryWriter {
 public:
  /// The input, if any, gives the place of a failing entry. All have to outlive the writer.
  EntryWriter(Target& target, const Session& session, const EntryInput* input = nullptr)
      : target_(target), session_(session), input_(input), guard_(target, session) {}

  void will_put(ByteView key, ByteView value) { guard_.put(key, value); }
  void will_erase(ByteView key) { guard_.erase(key); }
  /// Announces all correct entries of an input.
  Spool will_write(EntryInput& input);
  /// Returns true if check() needs the entries to be announced.
  bool is_guarded() { return guard_.is_needed(); }

  /// Throws Failed if the announced entries would cut off the caller's own connection. `attempt`
  /// names the action, such as "load rules.txt into filter_map".
  void check(const CallerGuard::Attempt& attempt, WayOut remedy = WayOut::put_first) {
    guard_.check(attempt, remedy);
  }

  /// Writes one entry; messages name the key as the user wrote it. `kept` is the mask of the bits
  /// that `value` has from the old value, or empty: through mmap they are not written.
  void put(const Encoded& key, ByteView value, Update update = Update::any,
           Locking locking = Locking::none, ByteView kept = {});
  /// Returns false if the key is not there.
  bool erase(const Encoded& key);

  /// Begins an action, such as `verb` "loading", on so many entries. `done` is the phrase that
  /// reports an interrupt.
  void begin(std::string verb, std::optional<std::size_t> total = {},
             std::string_view done = "entries were done");
  /// Writes all entries in their order. Returns false if an interrupt ended it.
  bool write_all(Spool& spool, std::string verb);
  /// Entries with members that the input does not name keep the values of the map. Where mmap
  /// cannot write them this costs a lookup each, and in a trie six calls: see Map::get_exact(); the
  /// block then holds the values as written. Returns false if an interrupt came first; it is
  /// reported if there was a total and the map is not new.
  bool write(EntryBlock& block);

  const Written& written() const noexcept { return written_; }
  /// The first keys that were to be deleted but were absent, with their places.
  const std::vector<std::string>& absent() const noexcept { return absent_; }

 private:
  void put(EntryBlock& block);
  void put_part(EntryBlock& block, std::size_t from, std::size_t count);
  void keep_old(EntryBlock& block, std::size_t from, std::size_t count) const;
  void erase(const EntryBlock& block);
  bool exists(ByteView key) const;
  std::string label(const EntryBlock& block, std::size_t i) const;
  [[noreturn]] void fail(Error error, bool erases, const std::string& entry) const;

  Target& target_;
  const Session& session_;
  const EntryInput* input_;
  CallerGuard guard_;
  std::optional<Progress> progress_{};
  std::optional<std::size_t> total_{};
  std::string_view done_{};
  Written written_;
  std::vector<std::string> absent_;
};

/// Notes that an LRU map holds fewer entries than were written to it: it drops the least recently
/// used ones, even some time before it is full.
void note_evictions(const Map& map, std::size_t written);

/// Asks before all entries are removed; `verb` is "clear". Refuses what could cut off the caller.
void confirm_emptying(Target& target, const Session& session, const std::string& verb,
                      const std::string& consequence, bool is_dry_run = false);

}  // namespace mapctl::cli
