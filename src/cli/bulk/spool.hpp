#pragma once
// Stores checked entries until all of the input is checked.

#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "cli/input/entry_input.hpp"

namespace mapctl::cli {

/// Entries packed for the batch calls: either all are put, or all are deleted.
struct EntryBlock {
  bool erases = false;
  Bytes keys{};
  Bytes values{};  ///< empty if they are deleted
  Bytes kept{};    ///< see InputEntry::kept; empty if not used
  std::vector<std::uint32_t> lines{};

  std::size_t count() const { return lines.size(); }
  void add(const InputEntry& entry);
  /// The memory that the block uses, in bytes.
  std::size_t memory() const;
  /// Returns true if the block holds enough for one call.
  bool is_full() const;
  void clear();
};

/// A list of entries in the order of the input. It keeps a few MiB in memory and the rest in an
/// unnamed file in $TMPDIR or /tmp; if no file can be made, all stays in memory.
class Spool {
 public:
  void add(const InputEntry& entry);
  /// Returns the next block, or nothing after the last. After a call, no more entries can be added.
  std::optional<EntryBlock> next();

  std::size_t size() const noexcept { return size_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, CloseFile>;

  static File unnamed_file();
  void store();

  std::deque<EntryBlock> first_;  ///< in memory
  std::size_t memory_ = 0;        ///< size of first_ in bytes
  File file_{};                   ///< holds the later blocks, if there are too many
  std::size_t spilled_ = 0;       ///< blocks in the file
  EntryBlock block_{};            ///< the last one, being filled
  std::size_t size_ = 0;
  bool is_reading_ = false;
};

/// Reports that the input is wrong, so that the map was not touched.
Exit nothing_written(const EntryInput& input);

}  // namespace mapctl::cli
