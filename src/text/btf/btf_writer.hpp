#pragma once
// Writes layouts as BTF, so that the kernel itself keeps the types of a map.

#include <cstdint>
#include <string>

#include "mapctl/fd.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

struct LoadedBtf {
  Fd fd{};  ///< empty if the caller lacks the right, or the kernel refuses
  std::uint32_t key_type_id = 0;
  std::uint32_t value_type_id = 0;
  std::string refusal{};  ///< the reason for an empty fd, in the kernel's words if it has any
};

/// Loads BTF for a map of these types. Throws BadInput if BTF cannot hold one of their names or
/// numbers.
LoadedBtf load_btf(const Layout& key, const Layout& value);

}  // namespace mapctl
