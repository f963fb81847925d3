#pragma once
// The pins of the filter's map, statistics and links on a bpffs.

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

/// The name of the filter that a link pin of this name may belong to; nullopt if there can be none.
std::optional<std::string> filter_of_link_pin(const std::filesystem::path& pin);

/// The filter's link pins, in path order. Throws Error if the directory cannot be read: an
/// overlooked link would filter with rules that seem unused.
std::vector<std::filesystem::path> filter_link_pins(const FilterPins& filter);

/// Throws Error (not_bpffs) if nothing can be pinned in the directory.
void check_filter_directory(const std::filesystem::path& directory);

/// Others wait while the descriptor is open: two concurrent loads would both find no map and both
/// make one.
Fd lock_filter_directory(const std::filesystem::path& directory);

}  // namespace mapctl
