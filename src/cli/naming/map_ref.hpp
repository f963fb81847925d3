#pragma once
// MAP on the command line: a path, a name or an id.

#include <filesystem>
#include <string>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// $MAPCTL_BPFFS, or /sys/fs/bpf: where a NAME without a path is looked for.
std::filesystem::path bpffs_directory();

/// Opens what MAP names. Throws Failed (exit 3) where there is no such map or
/// the name is ambiguous, with the nearest names that exist.
Map open_map(const std::string& reference, Access access);

/// The pin that a PATH to be created or removed means: a path as it is, a NAME
/// below bpffs_directory().
std::filesystem::path pin_path(const std::string& reference);

/// The same for a pin to be made. A bare number is refused: it is rather the value of an option
/// that means something else in this command. With a size option, the message names it.
std::filesystem::path new_pin_path(const std::string& reference, bool has_size_option);

/// Whether something is at the path, also a link that leads nowhere; what may not be searched
/// counts as no.
bool is_there(const std::filesystem::path& path);

/// The kernel name for a map that is pinned there, as far as it fits: a map needs one of its own
/// only for `list`.
std::string name_of_pin(const std::filesystem::path& pin);

/// "lpm_trie". Throws BadInput that names the types there are.
MapType map_type_called(const std::string& name);

}  // namespace mapctl::cli
