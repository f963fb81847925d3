#pragma once
// Makes a map equal to a file, step by step.

#include "cli/bulk/difference_printer.hpp"
#include "cli/bulk/sync_writer.hpp"

namespace mapctl::cli {

/// The value of --max-delete: a number, or a percentage of the map.
struct DeleteLimit {
  std::string text;
  double value = 0;
  bool is_percent = false;

  std::size_t of(std::size_t entries) const;
};

/// Throws Failed if the text is neither.
DeleteLimit delete_limit(std::string text);

struct SyncPlan {
  InputOptions input;
  bool prune = false;                       ///< delete what is not in the file
  std::optional<DeleteLimit> max_delete{};  ///< the limit for prune
  bool counters = false;                    ///< also compare and write counters
};

/// Call read(), then set() as often as needed, then compare(), then write(). Errors are found
/// before write(), so a command can do other work in between. Failures throw Failed.
class MapSync final : private DifferenceVisitor {
 public:
  /// The target and the session have to outlive it.
  MapSync(Target& target, const SyncPlan& plan, const Session& session);

  /// Takes the entries of the file. Returns false if one is wrong, which is reported.
  bool read();
  /// Adds one entry, which replaces the entry of the file with the same key.
  void set(const std::string& key, const std::string& value);
  /// Reads the map, and refuses what cannot or must not be written.
  void compare();
  /// Compares like compare(), and prints the differences.
  void compare_and_print();
  /// is_read: programs read the map, so the order of writes matters. Returns false if interrupted.
  bool write(bool is_read = true);

  void note_evictions() const { cli::note_evictions(target_.map, wanted_.size()); }

  const Differences& differences() const noexcept { return differences_; }
  const Written& written() const noexcept { return writer_.written(); }

 private:
  void changed(std::size_t wanted, ByteView old) override;
  void extra(ByteView key, ByteView value) override;
  std::size_t compare_and_check();
  std::size_t room_needed() const;
  void check_deletions() const;
  void confirm_emptying() const;

  Target& target_;
  const SyncPlan plan_;
  const Session& session_;
  EntryInput input_;
  WantedEntries wanted_;
  ValueComparison comparison_;
  EntryWriter writer_;
  Extras extras_;
  std::optional<DifferencePrinter> printer_{};
  Differences differences_;
  std::size_t first_ = 0;  ///< how many have to be deleted before the rest fits
};

}  // namespace mapctl::cli
