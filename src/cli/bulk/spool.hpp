#pragma once
// Checked entries, kept until all of the input is checked.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "cli/input/entry_input.hpp"
#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// Entries packed as the batch calls want them: all to be put, or all to be deleted.
struct EntryBlock {
  bool erases = false;
  std::size_t count = 0;
  Bytes keys{};
  Bytes values{};  ///< none where they are deleted
  Bytes kept{};    ///< as InputEntry::kept; empty where there is none
  std::vector<std::uint32_t> lines{};

  /// Enough for one call.
  bool is_full() const;
  /// Bytes that it takes.
  std::size_t memory() const {
    return sizeof *this + keys.size() + values.size() + kept.size() + sizeof lines[0] * count;
  }
  void clear();
};

/// A list of entries in the order of the input. It keeps a few MiB in memory and the
/// rest in a file without a name in $TMPDIR or /tmp; where none can be made, all of it.
class Spool {
 public:
  /// keeps: entries have InputEntry::kept.
  Spool(const Map& map, bool keeps);

  void add(const InputEntry& entry);
  /// The next block, from the first on; after the last, nothing. No more can be added then.
  std::optional<EntryBlock> next();

  std::size_t size() const noexcept { return size_; }

 private:
  void store();
  void spill();
  EntryBlock read_back();

  const std::size_t key_size_;
  const std::size_t value_size_;
  const bool keeps_;
  std::deque<EntryBlock> first_;  ///< in memory
  std::size_t memory_ = 0;        ///< bytes of these
  Fd file_{};                     ///< holds the blocks after these, once there are too many
  bool is_memory_all_ = false;    ///< no file can be made
  std::size_t spilled_ = 0;       ///< blocks in the file
  EntryBlock block_{};            ///< the last one, being filled
  std::size_t size_ = 0;
  bool is_reading_ = false;
};

/// Tells that the input is wrong, so that the map was not touched.
Exit nothing_written(const EntryInput& input);

}  // namespace mapctl::cli
