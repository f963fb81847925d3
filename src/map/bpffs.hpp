#pragma once
// What pinning has to know of a path and the file system it is on.

#include <filesystem>
#include <optional>

#include "map/error/kernel_error.hpp"
#include "mapctl/bpffs.hpp"

namespace mapctl {

/// Nullopt where there is no such path, or it may not be looked at: errno tells.
std::optional<bool> is_bpffs(const std::filesystem::path& path);

/// Where the pin is, or would be.
std::filesystem::path directory_of(const std::filesystem::path& pin);

/// The kernel keeps names with dots for itself.
bool has_dot(const std::filesystem::path& pin);

/// The path is not on a bpffs: names what is, and the line that mounts one.
Explanation needs_bpffs(const std::filesystem::path& path);

}  // namespace mapctl
