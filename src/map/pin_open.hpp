#pragma once
// Paths of pins: checks of them, opening a pin of any kind, and why pinning and unpinning fail.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "map/error/kernel_error.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin_owner.hpp"

namespace mapctl {

/// Nullopt, with the reason in errno, if there is no such path or it may not be read.
std::optional<bool> is_bpffs(const std::filesystem::path& path);

/// The directory that the pin is in, or would be in.
std::filesystem::path directory_of(const std::filesystem::path& pin);

/// Returns whether something is at the path, even a dangling symbolic link; false if the path may
/// not be searched.
bool is_pinned(const std::filesystem::path& path);

/// Returns whether the path itself is a symbolic link to where nothing is.
bool is_dangling_link(const std::filesystem::path& path);

/// The name with the ending, cut so that it is no longer than names of files may be.
std::string with_ending(std::string_view name, std::string_view ending);

/// The kernel reserves names with dots.
bool has_dot(const std::filesystem::path& pin);

/// Explains that the path is not on a bpffs, and suggests the command that mounts one.
Explanation needs_bpffs(const std::filesystem::path& path);

struct OpenedPin {
  Fd fd{};                           ///< empty for a link that was opened with flags
  std::optional<ObjectKind> kind{};  ///< nullopt: an object of a newer kind
};

/// file_flags: 0, BPF_F_RDONLY or BPF_F_WRONLY. Throws Error if it cannot be opened.
OpenedPin open_pin(const std::filesystem::path& path, std::uint32_t file_flags,
                   PinOwner owner = PinOwner::anybody);

/// Explains why a map or a program cannot be opened by its id. error: positive errno.
Error no_such_id(std::string_view thing, std::uint32_t id, int error);

Explanation explain_pin(const std::filesystem::path& path, int error);
Explanation explain_unpin(const std::filesystem::path& path, int error);

}  // namespace mapctl
