#pragma once
// Messages about a map that is to be created.

#include <string>

#include "mapctl/map_spec.hpp"

namespace mapctl {

/// "create map rules", "create a hash"
std::string attempt(const MapSpec& spec);

/// Throws BadInput if the kernel does not allow the name.
void check_map_name(const std::string& name);

}  // namespace mapctl
