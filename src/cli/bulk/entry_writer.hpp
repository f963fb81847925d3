#pragma once
// The one door for entries into a map: guarded, and with a true account of how far it came.

#include "cli/bulk/spool.hpp"
#include "cli/entry/entry.hpp"
#include "cli/filter/caller_guard.hpp"
#include "cli/session/progress.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// What was written to a map so far.
struct Written {
  std::size_t put = 0;
  std::size_t deleted = 0;
  std::size_t absent = 0;  ///< to be deleted, but not there

  std::size_t steps() const noexcept { return put + deleted + absent; }
};

/// Whatever a command writes to a map goes through one of these. First it is told what is to be
/// written; check() refuses what would cut off the caller; then it is written. A failure names the
/// entry, where it stands in the input, and how many were done before.
class EntryWriter {
 public:
  /// The input, if there is one, is asked where a failing entry stands. All have to outlive it.
  EntryWriter(Target& target, const Session& session, const EntryInput* input = nullptr)
      : target_(target), session_(session), input_(input), guard_(target, session) {}

  void will_put(ByteView key, ByteView value) { guard_.put(key, value); }
  void will_erase(ByteView key) { guard_.erase(key); }
  /// All entries of an input that are right.
  Spool will_write(EntryInput& input);
  /// Whether check() needs to be told of them.
  bool is_guarded() { return guard_.is_needed(); }

  /// Throws Failed where what was told would cut off the caller's own connection. `attempt` is what
  /// to call that: "load rules.txt into filter_map".
  void check(const CallerGuard::Attempt& attempt, WayOut remedy = WayOut::put_first) {
    guard_.check(attempt, remedy);
  }

  /// One entry, whose key is named as the user did.
  void put(const Encoded& key, ByteView value, Update update = Update::any,
           Locking locking = Locking::none);
  /// False where it is not there.
  bool erase(const Encoded& key);

  /// From now on `verb` is under way, such as "loading", with so many entries. An interrupt is told
  /// in the words of `done`.
  void begin(std::string verb, std::optional<std::size_t> total = {},
             std::string_view done = "entries were done");
  /// All of them, in their order. False where an interrupt ended it.
  bool write_all(Spool& spool, std::string verb);
  /// Entries with members that the input does not name keep those of the map, which costs a
  /// lookup each, and in a trie six calls: see Map::get_exact(). Values of the block become what
  /// was written. False where an interrupt came before all was done, which is told where there was
  /// a total and the map is not new.
  bool write(EntryBlock& block);

  const Written& written() const noexcept { return written_; }
  /// The first keys that were to be deleted and were not there, and their places.
  const std::vector<std::string>& absent() const noexcept { return absent_; }

 private:
  void put(EntryBlock& block);
  void put_part(EntryBlock& block, std::size_t from, std::size_t count);
  void keep_old(EntryBlock& block, std::size_t from, std::size_t count) const;
  void erase(const EntryBlock& block);
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

/// Says so where an LRU map holds fewer entries than were written to it: it drops the least used
/// ones, also some time before it is full.
void note_evictions(const Map& map, std::size_t written);

/// Asks before all entries leave the map; `verb` is "clear". Refuses what could cut off the caller.
void confirm_emptying(Target& target, const Session& session, const std::string& verb,
                      const std::string& consequence, bool is_dry_run = false);

/// Where the mask is 1, the bits of `old`.
void keep_bits(ByteSpan value, ByteView old, ByteView mask);

}  // namespace mapctl::cli
