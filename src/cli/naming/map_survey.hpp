#pragma once
// All maps that the caller can see, and where they are pinned.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// Paths of pins by the id of the map they hold, over every mounted bpffs.
using PinsById = std::map<std::uint32_t, std::vector<std::string>>;
PinsById pins_by_id();

/// The same of programs.
PinsById program_pins_by_id();

std::vector<std::string> pins_of(const PinsById& pins, std::uint32_t id);

/// How many entries a map has, where that is quick to find out.
std::optional<std::uint64_t> quick_count(const Map& map);

}  // namespace mapctl::cli
