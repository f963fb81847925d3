#pragma once
// The maps that a filter has pinned, opened for reading, and those of its program.

#include <cstdint>
#include <optional>
#include <string_view>

#include "mapctl/filter/pins.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// Nullopt if nothing is pinned. Throws Error (exists) if another kind of map is pinned.
std::optional<Map> open_filter_rules(const FilterPins& pins);
std::optional<Map> open_filter_statistics(const FilterPins& pins);

/// The id of the rules map that a filter's program uses; 0 if it is unknown.
std::uint32_t rules_of(const ProgramInfo& program);

/// A `const volatile bool` that was set in the program before it was loaded; nullopt if it has none
/// of that name, or if the caller may not ask (CAP_SYS_ADMIN).
std::optional<bool> program_flag(const ProgramInfo& program, std::string_view name);

}  // namespace mapctl
