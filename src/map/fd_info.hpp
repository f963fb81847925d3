#pragma once
// The kernel's information about one descriptor.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "mapctl/fd.hpp"
#include "mapctl/info.hpp"

namespace mapctl {

/// The kind of BPF object; nullopt for anything else. bpf_map_info alone is not enough: for a
/// program, the kernel fills it with the program's data.
std::optional<ObjectKind> object_kind(int fd);

/// The descriptor must be that of a map.
MapInfo read_map_info(int fd);

MapUsage read_map_usage(int fd);

/// Returns whether the symbolic link /proc/…/fd/N of a map has this target.
bool is_map_link(std::string_view target);

/// The id of the map that a file /proc/…/fdinfo/N describes; nullopt for other descriptors and if
/// the file cannot be read.
std::optional<std::uint32_t> map_id_in(const std::filesystem::path& fdinfo);

/// True if it was opened without the right to write (BPF_F_RDONLY).
bool is_read_only(int fd);

/// True if it was opened without the right to read (BPF_F_WRONLY).
bool is_write_only(int fd);

}  // namespace mapctl
