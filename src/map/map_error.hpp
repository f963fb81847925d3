#pragma once
// Why an operation on an open map failed, from operation, type and errno together.

#include "map/error/kernel_error.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// A call that failed, as far as it helps to explain why.
struct MapCall {
  const Map& map;
  Operation operation;
  ByteView key{};
  Update update = Update::any;
  Locking locking = Locking::none;
};

/// error: positive errno.
Error map_error(const MapCall& call, int error);

/// The map's type cannot do it: nothing was asked of the kernel.
Error refused(const Map& map, Operation operation);

/// The u32 index that the key of an indexed map is.
std::uint32_t index_of(ByteView key);

}  // namespace mapctl
