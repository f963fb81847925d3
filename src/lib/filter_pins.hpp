#pragma once
// Where the filter keeps its map, its statistics and its links on a bpffs.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl {

inline constexpr const char* filter_map_name = "filter_map";
inline constexpr const char* filter_stats_name = "filter_stats";

/// filter_link_IFACE. A pin's name cannot hold a dot, so `.` in the name of an
/// interface is written %2E, and `%` %25.
std::filesystem::path filter_link_pin(const std::filesystem::path& directory,
                                      const std::string& interface);

/// The interface a link pin was made for; nullopt for any other pin.
std::optional<std::string> interface_of_pin(const std::filesystem::path& pin);

/// The filter's link pins in a directory, in path order. Throws Error where it
/// cannot be read: a link that is overlooked would filter with rules that are
/// thought to be unused.
std::vector<std::filesystem::path> filter_link_pins(const std::filesystem::path& directory);

/// Throws Error (not_bpffs) where nothing can be pinned in the directory.
void check_filter_directory(const std::filesystem::path& directory);

/// Others wait while the descriptor is open: two loads at a time would both
/// find no map and both make one.
Fd lock_filter_directory(const std::filesystem::path& directory);

}  // namespace mapctl
