#include "mapctl/pin.hpp"

#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/error/kernel_error.hpp"
#include "map/fd_info.hpp"
#include "map/pin_open.hpp"

namespace mapctl {
namespace {

namespace fs = std::filesystem;

constexpr long bpffs_magic = 0xcafe4a11;

std::optional<bool> is_bpffs(const fs::path& path) {
  struct statfs found {};
  if (::statfs(path.c_str(), &found) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(found.f_type) == bpffs_magic;
}

fs::path parent(const fs::path& path) {
  const fs::path directory = path.parent_path();
  return directory.empty() ? "." : directory;
}

/// mountinfo writes a space as \040, and so on.
std::string unescape(std::string_view field) {
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] == '\\' && i + 3 < field.size()) {
      text += static_cast<char>(std::stoi(std::string(field.substr(i + 1, 3)), nullptr, 8));
      i += 3;
    } else {
      text += field[i];
    }
  }
  return text;
}

Explanation is_a_directory() {
  return {.cause = Cause::not_a_map,
          .reason = "it is a directory, not a pin",
          .fix = {"name one of the pins in it"}};
}

/// A name without the dots that the kernel keeps for itself.
std::string undotted(std::string name) {
  std::ranges::replace(name, '.', '_');
  return name;
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
                               parent(path).string())};
  return explain(error);
}

bool has_dot(const fs::path& path) {
  return path.filename().string().find('.') != std::string::npos;
}

std::vector<fs::path> entries_of(const fs::path& directory) {
  std::error_code ignored;
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(directory, ignored), end; at != end; at.increment(ignored))
    entries.push_back(at->path());
  std::ranges::sort(entries);
  return entries;
}

void visit_pins(const fs::path& directory, const std::function<void(const fs::path&)>& visit) {
  for (const fs::path& entry : entries_of(directory)) {
    // A pin's name has no dot: maps.debug and progs.debug are the kernel's own.
    if (has_dot(entry)) continue;
    struct stat status {};
    if (::lstat(entry.c_str(), &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) visit_pins(entry, visit);
    if (S_ISREG(status.st_mode)) visit(entry);
  }
}

}  // namespace

std::string_view name(PinKind kind) {
  switch (kind) {
    case PinKind::map:
      return "map";
    case PinKind::program:
      return "program";
    case PinKind::link:
      return "link";
  }
  return "object";
}

Explanation needs_bpffs(const fs::path& path) {
  const auto mounts = bpffs_mounts();
  constexpr std::string_view line = "mount -t bpf bpf /sys/fs/bpf";
  return {.cause = Cause::not_bpffs,
          .reason = fmt::format("{} is not on a BPF filesystem", path.string()),
          .why = "maps can be pinned only on a bpffs",
          .fix = {mounts.empty() ? fmt::format("{}", line)
                                 : fmt::format("use a path below {}; where no bpffs is mounted: {}",
                                               mounts.front().string(), line)}};
}

bool on_bpffs(const fs::path& path) {
  return is_bpffs(path).value_or(false) || is_bpffs(parent(path)).value_or(false);
}

std::vector<fs::path> bpffs_mounts() {
  std::vector<fs::path> mounts;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos || !line.substr(separator + 3).starts_with("bpf ")) continue;
    std::istringstream fields(line);
    std::string mount_point;
    for (int i = 0; i < 5; ++i) fields >> mount_point;
    mounts.emplace_back(unescape(mount_point));
  }
  return mounts;
}

OpenedPin open_pin(const fs::path& path, std::uint32_t file_flags) {
  struct bpf_obj_get_opts options {};
  options.sz = sizeof options;
  options.file_flags = file_flags;
  int fd = ::bpf_obj_get_opts(path.c_str(), &options);
  // Links take no flags at all; maps and programs take these.
  if (fd == -EINVAL && file_flags != 0) return {.kind = PinKind::link};
  if (fd < 0) return {.error = -fd};
  Fd opened(fd);
  const std::optional<PinKind> kind = object_kind(fd);
  return {.fd = std::move(opened), .kind = kind};
}

Explanation explain_open(const fs::path& path, int error) {
  std::error_code ignored;
  const bool bpffs = on_bpffs(path);
  if (fs::is_directory(path, ignored)) return is_a_directory();
  if (error == ENOENT || error == ENOTDIR) {
    Explanation missing{.cause = Cause::not_found, .reason = "there is no such pin"};
    if (!bpffs && fs::is_directory(parent(path), ignored)) {
      missing.why = fmt::format("{} is not on a BPF filesystem", parent(path).string());
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
  const fs::path directory = parent(path);
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

PinKind pin_kind(const fs::path& path) {
  constexpr std::uint32_t read_only = BPF_F_RDONLY;
  const OpenedPin pin = open_pin(path, read_only);
  const std::string attempt = fmt::format("open {}", path.string());
  if (pin.error != 0)
    throw kernel_error(Operation::open, pin.error, attempt, explain_open(path, pin.error));
  if (pin.kind) return *pin.kind;
  throw kernel_error(
      Operation::open, 0, attempt,
      {.cause = Cause::unsupported, .reason = "it is neither a map nor a program nor a link"});
}

void for_each_pin(const fs::path& directory, const std::function<void(const fs::path&)>& visit) {
  const std::string attempt = fmt::format("list the pins below {}", directory.string());
  const std::optional<bool> bpffs = is_bpffs(directory);
  if (!bpffs)
    throw kernel_error(Operation::open, errno, attempt,
                       errno == ENOENT ? Explanation{.cause = Cause::not_found,
                                                     .reason = "there is no such directory"}
                                       : explain(errno));
  if (!*bpffs) throw kernel_error(Operation::open, 0, attempt, needs_bpffs(directory));
  visit_pins(directory, visit);
}

void unpin(const fs::path& path) {
  const std::string attempt = fmt::format("unpin {}", path.string());
  // The directory counts, not where a symbolic link may lead.
  const std::optional<bool> bpffs = is_bpffs(parent(path));
  if (bpffs && !*bpffs) throw kernel_error(Operation::unpin, 0, attempt, needs_bpffs(path));
  if (::unlink(path.c_str()) != 0) {
    const int error = errno;
    throw kernel_error(Operation::unpin, error, attempt, explain_unpin(path, error));
  }
}

void check_pin_path(const fs::path& path) {
  struct stat status {};
  const auto fail = [&](int error) {
    throw kernel_error(Operation::pin, error, fmt::format("pin a map at {}", path.string()),
                       explain_pin(path, error));
  };
  std::error_code error;
  if (!fs::is_directory(parent(path), error))
    fail(error == std::errc::permission_denied ? EACCES : ENOENT);
  if (::access(parent(path).c_str(), X_OK) != 0) fail(errno);
  if (!on_bpffs(parent(path) / ".") || has_dot(path) || path.filename().empty()) fail(EPERM);
  if (::lstat(path.c_str(), &status) == 0) fail(EEXIST);
  if (::access(parent(path).c_str(), W_OK) != 0) fail(errno);
}

Fd open_program(const fs::path& pin) {
  OpenedPin opened = open_pin(pin, 0);
  const std::string attempt = fmt::format("open {}", pin.string());
  if (opened.error != 0)
    throw kernel_error(Operation::open, opened.error, attempt, explain_open(pin, opened.error));
  if (opened.kind == PinKind::program) return std::move(opened.fd);
  throw kernel_error(Operation::open, 0, attempt,
                     {.cause = Cause::not_a_map,
                      .reason = fmt::format("it is a pinned {}, not a program",
                                            opened.kind ? name(*opened.kind) : "object")});
}

Fd open_program(std::uint32_t id) {
  const int fd = ::bpf_prog_get_fd_by_id(id);
  if (fd >= 0) return Fd(fd);
  const std::string attempt = fmt::format("open program id {}", id);
  if (fd == -ENOENT)
    throw kernel_error(Operation::open, ENOENT, attempt,
                       {.cause = Cause::not_found, .reason = "there is no program of that id"});
  if (fd == -EPERM)
    throw kernel_error(Operation::open, EPERM, attempt,
                       needs_capability("opening a program by its id", "CAP_SYS_ADMIN"));
  throw kernel_error(Operation::open, -fd, attempt);
}

}  // namespace mapctl
