#pragma once
// Why an operation on an open map failed, from operation, type and errno together.

#include "map/error/kernel_error.hpp"
#include "mapctl/bytes.hpp"
#include "mapctl/info.hpp"

namespace mapctl {

/// A call that failed, as far as it helps to explain why.
struct MapCall {
  const MapInfo& map;
  int fd;
  Operation operation;
  ByteView key{};
  std::uint64_t flags = 0;  ///< BPF_F_LOCK, …
};

/// error: positive errno.
Error map_error(const MapCall& call, int error);

/// The map's type cannot do it: nothing was asked of the kernel.
Error refused(const MapInfo& map, Operation operation);

/// The u32 index that the key of an indexed map is.
std::uint32_t index_of(ByteView key);

}  // namespace mapctl
