#pragma once
// Specifications of maps that the kernel refuses, in words.

#include <optional>
#include <string>
#include <vector>

#include "mapctl/map_spec.hpp"

namespace mapctl {

/// The only size that keys or values of this type can have, or 0.
std::uint32_t fixed_key_size(MapType type);
std::uint32_t fixed_value_size(MapType type);

/// The kernel makes no map of this type without BTF.
bool needs_types(MapType type);

struct Problem {
  std::string what;
  std::vector<std::string> fix{};
};

/// What is wrong with a completed specification, as far as that can be told
/// without the kernel.
std::optional<Problem> problem(const MapSpec& spec);

}  // namespace mapctl
