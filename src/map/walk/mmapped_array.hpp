#pragma once
// The elements of an mmapable array through mmap: some nanoseconds each instead of a call.

#include <optional>

#include "mapctl/chunk.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// Reads the array in order. Little of it is mapped at a time, and only for reading, which
/// does not keep anyone from freezing the map.
class ArrayReader {
 public:
  /// Nothing where the map or the caller's right to it does not allow mmap: calls do it then.
  static std::optional<ArrayReader> open(const Map& map);

  /// The next entries, copied, so that they stay as they are; nullopt at the end.
  std::optional<Chunk> next();

 private:
  explicit ArrayReader(const Map& map) : map_(&map) {}

  const Map& map() const { return reopened_ ? *reopened_ : *map_; }

  const Map* map_;
  std::optional<Map> reopened_{};  // for writing, too, where the other one cannot be mapped
  std::uint32_t index_ = 0;
  Bytes keys_{};
  Bytes values_{};
};

/// Writes entries from the first one on through mmap. Returns how many are written: fewer
/// where an index is past the end, where the next ones lie too far apart to be worth a
/// mapping, and where mmap is not allowed. The rest is for calls, which also explain.
std::size_t put_mapped(const Map& map, ByteView keys, ByteView values, std::size_t count);

}  // namespace mapctl
