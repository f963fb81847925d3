#pragma once
// The BPF filesystem, where maps, programs and links are pinned.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl {

class Map;

enum class PinKind { map, program, link };

/// "map", "program", "link".
std::string_view name(PinKind kind);

/// Whether the path, or the directory it would be created in, is on a bpffs.
bool on_bpffs(const std::filesystem::path& path);

/// The mount points of every bpffs in this mount namespace.
std::vector<std::filesystem::path> bpffs_mounts();

/// What is pinned at a path. Throws Error: Cause::not_found, Cause::permission,
/// Cause::not_bpffs.
PinKind pin_kind(const std::filesystem::path& path);

/// Throws what pinning at that path would fail with, as far as it can be told
/// before there is an object to pin.
void check_pin_path(const std::filesystem::path& path);

/// Opens a pinned program, or the program of an id (CAP_SYS_ADMIN), so that it
/// can be put into a program array.
Fd open_program(const std::filesystem::path& pin);
Fd open_program(std::uint32_t id);

/// Calls visit(path) for each regular pin below a directory of a bpffs, in
/// path order; what may not be read is passed over.
void for_each_pin(const std::filesystem::path& directory,
                  const std::function<void(const std::filesystem::path&)>& visit);

/// Pins a map where another one is pinned, in one step: there is always one of them. Mode,
/// owner and group stay those of the old pin. What an earlier call left that was killed is
/// removed. Where nothing is pinned yet, a plain pin.
void replace_pin(const Map& map, const std::filesystem::path& path);

/// Removes a pin. The object lives on while something else refers to it.
/// Refuses what is not on a bpffs (Cause::not_bpffs).
void unpin(const std::filesystem::path& path);

}  // namespace mapctl
