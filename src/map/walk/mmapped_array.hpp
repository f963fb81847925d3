#pragma once
// Reads and writes an mmapable array through mmap: nanoseconds for each element, not a system call.

#include <optional>

#include "mapctl/chunk.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// Reads the array in order. It maps a small part at a time, and only for reading, so others can
/// still freeze the map.
class ArrayReader {
 public:
  /// Nullopt if the map or the caller's rights do not allow mmap: system calls are used then.
  static std::optional<ArrayReader> open(const Map& map);

  /// Copies of the next entries, so that they do not change; nullopt at the end.
  std::optional<Chunk> next();

 private:
  explicit ArrayReader(const Map& map) : map_(&map) {}

  const Map& map() const { return reopened_ ? *reopened_ : *map_; }

  const Map* map_;
  std::optional<Map> reopened_{};  // also writable, if the given one cannot be mapped
  std::uint32_t index_ = 0;
  Bytes keys_{};
  Bytes values_{};
};

/// Writes entries from the first one on through mmap. Returns how many were written. They are fewer
/// if an index is past the end, if the next ones are too far apart to be worth a mapping, and if
/// mmap is not allowed. System calls do the rest, and explain failures. `kept` is empty, or has a 1
/// for each bit of the values that stays as it is: what programs write there meanwhile is not lost.
std::size_t put_mapped(const Map& map, ByteView keys, ByteView values, std::size_t count,
                       ByteView kept = {});

}  // namespace mapctl
