#include "map/pin_open.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/bpffs.hpp"
#include "map/fd_info.hpp"
#include "map/libbpf_options.hpp"

namespace mapctl {
namespace {

namespace fs = std::filesystem;

Explanation is_a_directory() {
  return {.cause = Cause::not_a_map,
          .reason = "it is a directory, not a pin",
          .fix = {"name one of the pins in it"}};
}

/// Replaces the dots in a name, which the kernel reserves.
std::string undotted(std::string name) {
  std::ranges::replace(name, '.', '_');
  return name;
}

}  // namespace

OpenedPin open_pin(const fs::path& path, std::uint32_t file_flags) {
  auto options = libbpf_options<struct bpf_obj_get_opts>();
  options.file_flags = file_flags;
  int fd = ::bpf_obj_get_opts(path.c_str(), &options);
  // A link cannot be opened with flags, unlike a map or a program.
  if (fd == -EINVAL && file_flags != 0) return {.kind = ObjectKind::link};
  if (fd < 0) return {.error = -fd};
  Fd opened(fd);
  const std::optional<ObjectKind> kind = object_kind(fd);
  return {.fd = std::move(opened), .kind = kind};
}

Explanation explain_open(const fs::path& path, int error) {
  std::error_code ignored;
  const bool bpffs = on_bpffs(path);
  if (fs::is_directory(path, ignored)) return is_a_directory();
  if (error == ENOENT || error == ENOTDIR) {
    Explanation missing{.cause = Cause::not_found, .reason = "there is no such pin"};
    if (!bpffs && fs::is_directory(directory_of(path), ignored)) {
      missing.why = fmt::format("{} is not on a BPF filesystem", directory_of(path).string());
      missing.fix = needs_bpffs(path).fix;
    }
    return missing;
  }
  if (bpffs && error == EPERM && has_dot(path))
    return {.cause = Cause::bad_name,
            .reason = "a pin's name cannot contain a dot, so there is no such pin"};
  if (bpffs && (error == EACCES || error == EPERM))
    return {.cause = Cause::permission,
            .reason = "permission denied",
            .why =
                "the mode of the pin or of a directory above it does not let you open it "
                "like this",
            .fix = {"run as root, or let its owner give access: chmod, chgrp"}};
  if (error == EACCES || error == EPERM)
    return fs::exists(path, ignored) ? needs_bpffs(path) : explain(error);
  return explain(error);
}

Explanation explain_pin(const fs::path& path, int error) {
  std::error_code ignored;
  const fs::path directory = directory_of(path);
  const std::string name = path.filename().string();
  if (is_bpffs(path).value_or(false) && fs::is_directory(path, ignored))
    return {.cause = Cause::not_bpffs,
            .reason = "it is a directory",
            .fix = {fmt::format("name the pin in it: {}", (path / "NAME").string())}};
  if (error == EEXIST && on_bpffs(directory / "."))
    return {.cause = Cause::exists,
            .reason = "something is pinned there already",
            .fix = {"unpin it first, or use another name"}};
  if (error == ENOENT && !fs::is_directory(directory, ignored))
    return {.cause = Cause::not_found,
            .reason = fmt::format("there is no directory {}", directory.string())};
  if (error == EACCES && ::access(directory.c_str(), X_OK) != 0)
    return {.cause = Cause::permission,
            .reason = fmt::format("you may not look into the directory {}", directory.string()),
            .fix = {"run as root, or use another directory"}};
  if (!on_bpffs(directory / ".")) return needs_bpffs(directory);
  if (name.empty())
    return {.cause = Cause::bad_name, .reason = "the path ends in a slash: the name is missing"};
  if (name.find('.') != std::string::npos)
    return {.cause = Cause::bad_name,
            .reason = "a pin's name cannot contain a dot",
            .fix = {fmt::format("use {}", undotted(name))}};
  if (error == ENAMETOOLONG)
    return {.cause = Cause::bad_name, .reason = "a pin's name has at most 255 characters"};
  if (error == EPERM || error == EACCES)
    return {.cause = Cause::permission,
            .reason = fmt::format("you may not write to the directory {}", directory.string()),
            .fix = {"run as root, or use another directory"}};
  return explain(error);
}

Explanation explain_unpin(const fs::path& path, int error) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return is_a_directory();
  if (error == ENOENT || error == ENOTDIR)
    return {.cause = Cause::not_found, .reason = "there is no such pin"};
  if (error == EPERM || error == EACCES)
    return {.cause = Cause::permission,
            .reason = "permission denied",
            .why = fmt::format("only the owner of the pin or of {} may remove it",
                               directory_of(path).string())};
  return explain(error);
}

}  // namespace mapctl
