#pragma once
// Makes a map equal to a file, step by step.

#include <span>
#include <vector>

#include "cli/bulk/difference_printer.hpp"
#include "cli/bulk/entry_writer.hpp"
#include "cli/bulk/write_order.hpp"
#include "cli/filter/must_pass.hpp"

namespace mapctl::cli {

/// The value of --max-delete: a number, or a percentage of the map.
struct DeleteLimit {
  std::string text;
  double value = 0;
  bool is_percent = false;

  std::size_t of(std::size_t entries) const;
};

/// An empty text is no limit. Throws Failed if the text is neither of both.
std::optional<DeleteLimit> delete_limit(std::string text);

/// The text for delete_limit().
template <auto... Path>
constexpr Option max_delete() {
  return option<Path...>("--max-delete", ValueKind::text,
                         "refuse to delete more than that many entries: N, or P% of the map");
}

struct SyncPlan {
  InputOptions input;
  bool prune = false;                       ///< delete what is not in the file
  std::optional<DeleteLimit> max_delete{};  ///< the limit for prune
  bool counters = false;                    ///< also compare and write counters
  std::vector<std::string> must_pass{};     ///< packets that a filter must not drop afterwards
  /// Entries come from set() and not from the file, whose name is for messages. Those whose keys
  /// are taken by entries outside of --where are passed over, and nobody is asked.
  bool is_fed = false;
};

/// Call read(), then set() as often as needed, then compare(), then write(). Errors are found
/// before write(), so a command can do other work in between. Failures throw Failed.
class MapSync final : private DifferenceVisitor {
 public:
  /// The target and the session have to outlive it.
  MapSync(Target& target, const SyncPlan& plan, const Session& session);

  /// Takes the entries of the file. Returns false if one is wrong, which is reported.
  bool read();
  /// True if the file has no entry; those of set() do not count.
  bool file_is_empty() const noexcept { return from_file_ == 0; }
  /// Adds one entry, which replaces the entry of the file with the same key.
  void set(const std::string& key, const std::string& value);
  /// Reads the map, and refuses what cannot or must not be written.
  void compare();
  /// Keeps the entry of that key as it is in the map.
  void keep(ByteView key);
  /// Like compare(), but only what was set, and these keys, which have to go. `entries` is how many
  /// the map has.
  void compare_only(const std::vector<Bytes>& gone, std::size_t entries);
  /// Compares like compare(), and prints the differences.
  void compare_and_print();
  /// Puts new and changed entries, then deletes, both in the order of WriteOrder, so that a
  /// concurrent lookup in an LPM trie sees the old answer or the new one. is_read: false if no
  /// program can look up the map yet, so there is nobody to wait for. Returns false if interrupted.
  bool write(bool is_read = true);

  void note_evictions() const { cli::note_evictions(target_.map, wanted_.size()); }

  const Differences& differences() const noexcept { return differences_; }
  const Written& written() const noexcept { return writer_.written(); }

 private:
  /// One write: of a wanted entry, or the deletion of an extra one.
  struct Step {
    enum class Kind { add, change, erase } kind;
    std::uint32_t number;  ///< in WantedEntries, or of the key in extra_keys_
    std::uint32_t rank;

    bool goes_with(const Step& other) const { return kind == other.kind && rank == other.rank; }
  };

  void changed(std::size_t wanted, ByteView old) override;
  void extra(ByteView key, ByteView value) override;
  std::size_t compare_and_check();
  std::size_t check();
  void check_outside();
  std::size_t room_needed() const;
  void check_deletions() const;
  std::string diff_command() const;
  void confirm_emptying() const;
  const std::string& name() const { return input_ ? input_->name() : plan_.input.file; }
  std::vector<Step> puts() const;
  Bytes kept_bits(std::size_t number) const;
  void append(EntryBlock& block, const Step& step) const;
  bool write(std::span<const Step> steps, bool waits);

  Target& target_;
  const SyncPlan plan_;
  const Session& session_;
  std::optional<EntryInput> input_{};
  WantedEntries wanted_;
  ValueComparison comparison_;
  EntryWriter writer_;
  MustPass must_pass_;
  WriteOrder order_;
  Bytes extra_keys_{};  ///< packed
  std::vector<Step> erases_{};
  std::optional<DifferencePrinter> printer_{};
  Differences differences_;
  std::size_t from_file_ = 0;
  std::size_t first_ = 0;  ///< how many have to be deleted before the rest fits
};

}  // namespace mapctl::cli
