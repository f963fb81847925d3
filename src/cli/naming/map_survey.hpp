#pragma once
// Finds all maps that the caller can see, and their pins.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// Paths of pins by the id of the pinned object, over every mounted bpffs.
using PinsById = std::map<std::uint32_t, std::vector<std::string>>;
PinsById pins_by_id();

/// The pins of all programs.
PinsById program_pins_by_id();

std::vector<std::string> pins_of(const PinsById& pins, std::uint32_t id);

/// The programs that use the map; nothing if the caller may not list programs.
std::optional<std::vector<ProgramInfo>> programs_using(const Map& map);

/// The number of entries of a map, if it can be found quickly.
std::optional<std::uint64_t> quick_count(const Map& map);

}  // namespace mapctl::cli
