#pragma once
// Resolves MAP and PROGRAM on the command line, each a path, a name or an id.

#include <filesystem>
#include <string>

#include "mapctl/fd.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// $MAPCTL_BPFFS, or /sys/fs/bpf: the folder in which a NAME without a path is looked up.
std::filesystem::path bpffs_directory();

/// Opens the map that MAP names. Throws Failed (exit 3), with the nearest existing names, if there
/// is no such map or the name is ambiguous.
Map open_map(const std::string& reference, Access access);

/// Opens a program by its pin, by name:NAME, or by id:N or N. Throws Failed (exit 3) if there is
/// none or the name is ambiguous.
Fd open_program_called(const std::string& reference);

/// The pin to create or remove for a PATH; a NAME is below bpffs_directory().
std::filesystem::path pin_path(const std::string& reference);

/// The path for a new pin. A bare number is refused: it is probably a value for an option of
/// another meaning here. If the command has a size option, the message names it.
std::filesystem::path new_pin_path(const std::string& reference, bool has_size_option);

/// The kernel name for a map that is pinned there, truncated if needed.
std::string name_of_pin(const std::filesystem::path& pin);

/// Parses a type such as "lpm_trie". Throws BadInput that lists the types.
MapType map_type_called(const std::string& name);

}  // namespace mapctl::cli
