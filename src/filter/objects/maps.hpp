#pragma once
// Opens the maps that a filter has pinned, for reading.

#include <cstdint>
#include <optional>

#include "mapctl/filter/pins.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// Nullopt if nothing is pinned. Throws Error (exists) if another kind of map is pinned.
std::optional<Map> open_filter_rules(const FilterPins& pins);
std::optional<Map> open_filter_statistics(const FilterPins& pins);

/// The id of the rules map that a filter's program uses; 0 if it is unknown.
std::uint32_t rules_of(const ProgramInfo& program);

}  // namespace mapctl
