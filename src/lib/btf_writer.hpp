#pragma once
// Layouts written as BTF, so that the kernel itself remembers what a map's bytes mean.

#include <cstdint>
#include <string>

#include "mapctl/fd.hpp"
#include "mapctl/layout.hpp"

namespace mapctl {

struct LoadedBtf {
  Fd fd;
  std::uint32_t key_type_id;
  std::uint32_t value_type_id;
};

/// Loads BTF for a map of these types; an Fd without a descriptor where the caller may not or the
/// kernel refuses.
LoadedBtf load_btf(const TypePair& types);

}  // namespace mapctl
