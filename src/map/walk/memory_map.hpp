#pragma once
// One mmap, owned.

#include <cstddef>
#include <utility>

#include "mapctl/map.hpp"

namespace mapctl {

class MemoryMap {
 public:
  /// Shared, of a map's descriptor. Throws Error.
  MemoryMap(const Map& map, std::size_t offset, std::size_t size, bool writable);
  MemoryMap(const MemoryMap&) = delete;
  MemoryMap& operator=(const MemoryMap&) = delete;
  ~MemoryMap();

  std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  std::byte* data_;
  std::size_t size_;
};

}  // namespace mapctl
