#pragma once
// The types of keys and values, as the map itself describes them.

#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// Reads the map's BTF, if there is any and the caller may read it. Ignores a type whose size is
/// not that of the map's keys or values. Throws Error if the BTF cannot be read for any other
/// reason than a lack of permission.
Schema schema_of(const Map& map);

}  // namespace mapctl
