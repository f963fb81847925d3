#pragma once
// The BPF filesystem, where maps, programs and links are pinned.

#include <filesystem>
#include <functional>
#include <vector>

namespace mapctl {

/// Returns whether the path, or the directory it would be created in, is on a bpffs.
bool on_bpffs(const std::filesystem::path& path);

/// The mount points of every bpffs in this mount namespace.
std::vector<std::filesystem::path> bpffs_mounts();

/// Calls visit(path) for each regular pin below a directory of a bpffs, in path order; skips paths
/// that may not be read. Throws Error: Cause::not_found, Cause::not_bpffs.
void for_each_pin(const std::filesystem::path& directory,
                  const std::function<void(const std::filesystem::path&)>& visit);

}  // namespace mapctl
