#include "mapctl/pin.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <random>
#include <string>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/error/printable.hpp"
#include "map/fd_info.hpp"
#include "map/libbpf_options.hpp"
#include "map/pin_open.hpp"
#include "map/pin_owner.hpp"
#include "mapctl/map.hpp"

namespace mapctl {
namespace {

namespace fs = std::filesystem;

Explanation is_a_directory() {
  return {.cause = Cause::not_a_map,
          .reason = "it is a directory, not a pin",
          .fix = {"name one of the pins in it"}};
}

Explanation explain_open(const fs::path& path, int error) {
  std::error_code ignored;
  const bool bpffs = on_bpffs(path);
  if (fs::is_directory(path, ignored)) return is_a_directory();
  if (is_dangling_link(path))
    return {.cause = Cause::not_found,
            .reason = fmt::format("it is a symbolic link to {}, where nothing is",
                                  fs::read_symlink(path, ignored).string()),
            .fix = {{"remove the link", Remedy::unpin, {path.string()}}}};
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
            .fix = {as_root() + ", or let its owner give access: chmod, chgrp"}};
  if (error == EACCES || error == EPERM)
    return fs::exists(path, ignored) ? needs_bpffs(path) : explain(error);
  return explain(error);
}

/// A name that nobody can foresee, in the directory of the pin, so that a rename is enough. A dot
/// is not allowed.
fs::path name_beside(const fs::path& path) {
  std::random_device random;
  return path.parent_path() /
         with_ending(path.filename().string(),
                     fmt::format("__replacing_{:08x}{:08x}", random(), random()));
}

[[noreturn]] void fail_to_replace(const fs::path& path, int error, Explanation explanation) {
  throw kernel_error(Operation::pin, error, fmt::format("replace the pin {}", path.string()),
                     std::move(explanation));
}

/// A pin beside the one to replace. Removes what has its name at the end: that pin, or after a swap
/// the old one.
class PinBeside {
 public:
  PinBeside(const Map& map, const fs::path& place) : place_(place), name_(name_beside(place)) {
    map.pin(name_);
  }
  PinBeside(const PinBeside&) = delete;
  PinBeside& operator=(const PinBeside&) = delete;
  ~PinBeside() { ::unlink(name_.c_str()); }

  /// Follows no link, which another user could put there.
  void take_over(const struct stat& old) const {
    if (::lchown(name_.c_str(), old.st_uid, old.st_gid) != 0 ||
        ::fchmodat(AT_FDCWD, name_.c_str(), old.st_mode & 07777, AT_SYMLINK_NOFOLLOW) != 0)
      fail_to_replace(place_, errno,
                      {.cause = Cause::permission,
                       .reason = "owner and mode of the old pin cannot be kept",
                       .fix = {as_root() + ", or as its owner"}});
  }

  void swap() const {
    if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) == 0)
      return;
    const int error = errno;
    if (error == EINVAL)
      fail_to_replace(place_, error,
                      {.cause = Cause::unsupported,
                       .reason = "this kernel cannot swap two pins",
                       .why = "that needs Linux 5.16"});
    fail_to_replace(place_, error, explain_pin(place_, error));
  }

  const fs::path& name() const noexcept { return name_; }

 private:
  fs::path place_;
  fs::path name_;
};

}  // namespace

OpenedPin open_pin(const fs::path& path, std::uint32_t file_flags, PinOwner owner) {
  auto options = libbpf_options<struct bpf_obj_get_opts>();
  options.file_flags = file_flags;
  const HeldFile held = owner == PinOwner::trusted ? hold_pin(path, owner) : HeldFile{};
  const fs::path place = held.fd ? held.place() : path;
  const int fd = held.error != 0 ? -held.error : ::bpf_obj_get_opts(place.c_str(), &options);
  // A link cannot be opened with flags, unlike a map or a program.
  if (fd == -EINVAL && file_flags != 0) return {.kind = ObjectKind::link};
  if (fd < 0)
    throw kernel_error(Operation::open, -fd, fmt::format("open {}", path.string()),
                       explain_open(path, -fd));
  Fd opened(fd);
  const std::optional<ObjectKind> kind = object_kind(fd);
  return {.fd = std::move(opened), .kind = kind};
}

Explanation explain_pin(const fs::path& path, int error) {
  std::error_code ignored;
  const fs::path directory = directory_of(path);
  std::string name = path.filename().string();
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
            .reason = fmt::format("there is no directory {}", directory.string()),
            .fix = {fmt::format("make it first: mkdir -p {}", shell_word(directory.string()))}};
  if (error == EACCES && ::access(directory.c_str(), X_OK) != 0)
    return {.cause = Cause::permission,
            .reason = fmt::format("you may not look into the directory {}", directory.string()),
            .fix = {as_root() + ", or use another directory"}};
  if (!on_bpffs(directory / ".")) return needs_bpffs(directory);
  if (name.empty())
    return {.cause = Cause::bad_name,
            .reason = "the path ends in a slash: the name is missing",
            .fix = {fmt::format("add a name: {}", shell_word((path / "NAME").string()))}};
  if (has_dot(path)) {
    std::ranges::replace(name, '.', '_');
    return {.cause = Cause::bad_name,
            .reason = "a pin's name cannot contain a dot",
            .fix = {fmt::format("use {}", name)}};
  }
  if (error == ENAMETOOLONG)
    return {.cause = Cause::bad_name,
            .reason = "a pin's name has at most 255 characters",
            .fix = {"use a shorter name"}};
  if (error == EPERM || error == EACCES)
    return {.cause = Cause::permission,
            .reason = fmt::format("you may not write to the directory {}", directory.string()),
            .fix = {as_root() + ", or use another directory"}};
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

ObjectKind pin_kind(const fs::path& path, PinOwner owner) {
  constexpr std::uint32_t read_only = BPF_F_RDONLY;
  if (const auto kind = open_pin(path, read_only, owner).kind) return *kind;
  throw kernel_error(
      Operation::open, 0, fmt::format("open {}", path.string()),
      {.cause = Cause::unsupported, .reason = "it is neither a map nor a program nor a link"});
}

void unpin(const fs::path& path) {
  const std::string attempt = fmt::format("unpin {}", path.string());
  // The directory decides, not the target of a symbolic link.
  const std::optional<bool> bpffs = is_bpffs(directory_of(path));
  if (bpffs && !*bpffs) throw kernel_error(Operation::unpin, 0, attempt, needs_bpffs(path));
  if (::unlink(path.c_str()) != 0) {
    const int error = errno;
    throw kernel_error(Operation::unpin, error, attempt, explain_unpin(path, error));
  }
}

Error no_such_id(std::string_view thing, std::uint32_t id, int error) {
  Explanation explanation = explain(error);
  if (error == ENOENT) explanation.reason = fmt::format("there is no {} of that id", thing);
  if (error == EPERM)
    explanation = needs_capability(fmt::format("opening a {} by its id", thing), "CAP_SYS_ADMIN");
  return kernel_error(Operation::open, error, fmt::format("open {} id {}", thing, id),
                      std::move(explanation));
}

void check_pin_path(const fs::path& path) {
  struct stat status {};
  const auto fail = [&](int error) {
    throw kernel_error(Operation::pin, error, fmt::format("pin a map at {}", path.string()),
                       explain_pin(path, error));
  };
  std::error_code error;
  if (!fs::is_directory(directory_of(path), error))
    fail(error == std::errc::permission_denied ? EACCES : ENOENT);
  if (::access(directory_of(path).c_str(), X_OK) != 0) fail(errno);
  if (!on_bpffs(directory_of(path) / ".") || has_dot(path) || path.filename().empty()) fail(EPERM);
  if (::lstat(path.c_str(), &status) == 0) fail(EEXIST);
  if (::access(directory_of(path).c_str(), W_OK) != 0) fail(errno);
}

std::optional<Map> replace_pin(const Map& map, const fs::path& path, PinOwner owner) {
  const HeldFile old = hold_pin(path, owner);
  if (old.error == ENOENT) {
    map.pin(path);
    return std::nullopt;
  }
  if (old.error != 0) fail_to_replace(path, old.error, explain_pin(path, old.error));
  const PinBeside beside(map, old.path);
  beside.take_over(old.status);
  beside.swap();
  try {
    return Map::open(beside.name(), Access::read_only, owner);
  } catch (Error& error) {  // somebody has put something else there meanwhile
    beside.swap();
    error.enrich({.attempt = fmt::format("replace the pin {}", path.string())});
    throw;
  }
}

Fd open_program(const fs::path& pin) {
  OpenedPin opened = open_pin(pin, 0);
  if (opened.kind == ObjectKind::program) return std::move(opened.fd);
  throw kernel_error(Operation::open, 0, fmt::format("open {}", pin.string()),
                     {.cause = Cause::not_a_map,
                      .reason = fmt::format("it is a pinned {}, not a program",
                                            opened.kind ? name(*opened.kind) : "object")});
}

Fd open_program(std::uint32_t id) {
  const int fd = ::bpf_prog_get_fd_by_id(id);
  if (fd < 0) throw no_such_id("program", id, -fd);
  return Fd(fd);
}

}  // namespace mapctl
