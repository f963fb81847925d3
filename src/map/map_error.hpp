#pragma once
// Explains why an operation on an open map failed, from operation, type and errno together.

#include "map/error/kernel_error.hpp"
#include "mapctl/bytes.hpp"
#include "mapctl/info.hpp"

namespace mapctl {

/// A failed call, with the facts that help to explain it.
struct MapCall {
  const MapInfo& map;
  int fd;
  Operation operation;
  ByteView key{};
  std::uint64_t flags = 0;  ///< BPF_F_LOCK, …
};

/// error: positive errno.
Error map_error(const MapCall& call, int error);

/// The map's type lacks the operation, so the kernel was not called.
Error refused(const MapInfo& map, Operation operation);

/// The u32 that the bytes begin with, such as the index in the key of an indexed map.
std::uint32_t index_of(ByteView key);

}  // namespace mapctl
