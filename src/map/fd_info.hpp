#pragma once
// What the kernel tells about one descriptor.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "mapctl/fd.hpp"
#include "mapctl/info.hpp"

namespace mapctl {

/// What kind of BPF object it is; nullopt for anything else. bpf_map_info alone
/// cannot tell: asked of a program, the kernel fills it with the program's data.
std::optional<ObjectKind> object_kind(int fd);

/// Of a descriptor that is known to be a map's.
MapInfo read_map_info(int fd);

MapUsage read_map_usage(int fd);

/// Whether that is where the symbolic link /proc/…/fd/N of a map leads.
bool is_map_link(std::string_view target);

/// The id of the map that a file /proc/…/fdinfo/N is about; nothing for other
/// descriptors and where it cannot be read.
std::optional<std::uint32_t> map_id_in(const std::filesystem::path& fdinfo);

/// Opened without the right to write (BPF_F_RDONLY).
bool is_read_only(int fd);

/// Opened without the right to read (BPF_F_WRONLY).
bool is_write_only(int fd);

}  // namespace mapctl
