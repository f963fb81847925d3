#pragma once
// Layouts written as BTF, so that the kernel itself remembers what a map's bytes mean.

#include <cstdint>
#include <string>

#include "mapctl/fd.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

struct LoadedBtf {
  Fd fd{};  ///< empty where the caller may not, or the kernel refuses
  std::uint32_t key_type_id = 0;
  std::uint32_t value_type_id = 0;
  std::string refusal{};  ///< then: why, in the kernel's words where it has any
};

/// Loads BTF for a map of these types. Throws BadInput where a name or a number
/// in them is none that BTF can hold.
LoadedBtf load_btf(const Layout& key, const Layout& value);

}  // namespace mapctl
