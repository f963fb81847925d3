#pragma once
// Where the filter keeps its map, its statistics and its links on a bpffs.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/fd.hpp"
#include "mapctl/filter/pins.hpp"

namespace mapctl {

/// The interface that a filter's link pin was made for; nullopt for any other pin.
std::optional<std::string> interface_of_pin(const FilterPins& pins,
                                            const std::filesystem::path& pin);

/// The name of the filter whose link pin that could be, by its name alone; nullopt where it
/// could be none's.
std::optional<std::string> filter_of_link_pin(const std::filesystem::path& pin);

/// The filter's link pins, in path order. Throws Error where it
/// cannot be read: a link that is overlooked would filter with rules that are
/// thought to be unused.
std::vector<std::filesystem::path> filter_link_pins(const FilterPins& filter);

/// Throws Error (not_bpffs) where nothing can be pinned in the directory.
void check_filter_directory(const std::filesystem::path& directory);

/// Others wait while the descriptor is open: two loads at a time would both
/// find no map and both make one.
Fd lock_filter_directory(const std::filesystem::path& directory);

}  // namespace mapctl
