#pragma once
// Explains specifications of maps that the kernel refuses.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/error.hpp"
#include "mapctl/map_spec.hpp"

namespace mapctl {

/// "create map rules", "create a hash"
std::string attempt(const MapSpec& spec);

/// Throws BadInput if the kernel does not allow the name.
void check_map_name(const std::string& name);

struct Problem {
  std::string what;
  std::vector<Remedy> fix{};
};

/// Finds the error in a completed specification, as far as that is possible without the kernel.
std::optional<Problem> problem(const MapSpec& spec);

/// The id of the first inner map of a map of maps, as an example of all; nothing if it is empty.
std::optional<std::uint32_t> first_inner_id(const Map& map);

/// "mmapable,rdonly_prog", or "none"
std::string flags_text(std::uint32_t flags);

}  // namespace mapctl
