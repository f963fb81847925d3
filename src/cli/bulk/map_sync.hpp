#pragma once
// Making a map equal to a file, step by step.

#include "cli/bulk/difference_printer.hpp"
#include "cli/bulk/sync_writer.hpp"

namespace mapctl::cli {

/// --max-delete: a number, or a part of the map.
struct DeleteLimit {
  std::string text;
  double value = 0;
  bool is_percent = false;

  std::size_t of(std::size_t entries) const;
};

/// Throws Failed where the text is neither.
DeleteLimit delete_limit(std::string text);

struct SyncPlan {
  InputOptions input;
  bool prune = false;                       ///< delete what is not in the file
  std::optional<DeleteLimit> max_delete{};  ///< of prune
  bool counters = false;                    ///< compare and write them, too
};

/// Call read(), then set() as often as needed, then compare(), then write(). What is wrong is found
/// before write(), so that a command can do other things in between. Failures throw Failed.
class MapSync final : private DifferenceVisitor {
 public:
  /// The target and the session have to outlive it.
  MapSync(Target& target, const SyncPlan& plan, const Session& session);

  /// Takes the entries of the file. False where one is wrong, which is told.
  bool read();
  /// One more entry, which takes the place of that of the file.
  void set(const std::string& key, const std::string& value);
  /// Reads the map, and refuses what cannot or must not be written.
  void compare();
  /// The same; prints what differs.
  void compare_and_print();
  /// is_read: by programs, which the order of writing is for. False where an interrupt ended it.
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
  std::size_t first_ = 0;  ///< how many have to be deleted before there is room for the rest
};

}  // namespace mapctl::cli
