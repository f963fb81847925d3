#pragma once
// The maps that a filter has pinned, opened to be read.

#include <cstdint>
#include <optional>

#include "mapctl/filter/pins.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// Nullopt where nothing is pinned. Throws Error (exists) where another kind of map is.
std::optional<Map> open_filter_rules(const FilterPins& pins);
std::optional<Map> open_filter_statistics(const FilterPins& pins);

/// The id of the map with the rules that a filter's program uses; 0 where it cannot be told.
std::uint32_t rules_of(const ProgramInfo& program);

}  // namespace mapctl
