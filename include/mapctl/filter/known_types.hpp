#pragma once
// The types of the filter's own maps, for callers who may not read the BTF of a map.

#include <optional>

#include "mapctl/info.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl {

/// The types of keys and values of a map that looks like the rules or the statistics of the bundled
/// filter: its type, sizes and flags agree. Needs no privilege.
std::optional<Schema> known_filter_schema(const MapInfo& map);

}  // namespace mapctl
