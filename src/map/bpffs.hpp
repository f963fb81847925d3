#pragma once
// Checks of a path, and of the file system it is on, for pinning.

#include <filesystem>
#include <optional>

#include "map/error/kernel_error.hpp"
#include "mapctl/bpffs.hpp"

namespace mapctl {

/// Nullopt, with the reason in errno, if there is no such path or it may not be read.
std::optional<bool> is_bpffs(const std::filesystem::path& path);

/// The directory that the pin is in, or would be in.
std::filesystem::path directory_of(const std::filesystem::path& pin);

/// The kernel reserves names with dots.
bool has_dot(const std::filesystem::path& pin);

/// Explains that the path is not on a bpffs, and suggests the command that mounts one.
Explanation needs_bpffs(const std::filesystem::path& path);

}  // namespace mapctl
