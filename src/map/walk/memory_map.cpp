#include "map/walk/memory_map.hpp"

#include <sys/mman.h>

#include <cerrno>

#include "map/map_error.hpp"

namespace mapctl {

MemoryMap::MemoryMap(const Map& map, std::size_t offset, std::size_t size, bool writable)
    : size_(size) {
  const int access = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* const data =
      ::mmap(nullptr, size, access, MAP_SHARED, map.fd(), static_cast<off_t>(offset));
  if (data == MAP_FAILED) throw map_error({map, Operation::mmap}, errno);
  data_ = static_cast<std::byte*>(data);
}

MemoryMap::~MemoryMap() { ::munmap(data_, size_); }

}  // namespace mapctl
