#include "mapctl/pin.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/error/kernel_error.hpp"
#include "map/pin_open.hpp"
#include "mapctl/map.hpp"

namespace mapctl {
namespace {

namespace fs = std::filesystem;

/// The name is in the directory of the pin, so that a rename is enough. A dot is not allowed.
fs::path name_beside(const fs::path& path) {
  constexpr std::size_t longest = 255;
  constexpr std::string_view suffix = "__replacing";
  const std::string name = path.filename().string().substr(0, longest - suffix.size());
  return path.parent_path() / (name + std::string{suffix});
}

/// Removes the pin again unless it was renamed to its place.
class TemporaryPin {
 public:
  TemporaryPin(const Map& map, fs::path path) : path_(std::move(path)) {
    ::unlink(path_.c_str());  // left by a killed process
    map.pin(path_);
  }
  ~TemporaryPin() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryPin(const TemporaryPin&) = delete;
  TemporaryPin& operator=(const TemporaryPin&) = delete;

  bool take_over(const struct stat& old) const {
    return ::chown(path_.c_str(), old.st_uid, old.st_gid) == 0 &&
           ::chmod(path_.c_str(), old.st_mode & 07777) == 0;
  }
  bool rename(const fs::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) return false;
    path_.clear();
    return true;
  }

 private:
  fs::path path_;
};

}  // namespace

ObjectKind pin_kind(const fs::path& path) {
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

void replace_pin(const Map& map, const fs::path& path) {
  std::error_code ignored;
  const fs::path followed = fs::canonical(path, ignored);
  const fs::path& place = ignored ? path : followed;
  struct stat old {};
  if (::stat(place.c_str(), &old) != 0 && errno == ENOENT) {
    ::unlink(name_beside(place).c_str());
    return map.pin(path);
  }
  const std::string attempt = fmt::format("pin a map at {}", path.string());
  TemporaryPin pin(map, name_beside(place));
  if (!pin.take_over(old))
    throw kernel_error(Operation::pin, errno, attempt,
                       {.cause = Cause::permission,
                        .reason = "owner and mode of the old pin cannot be kept",
                        .fix = {"run as its owner, or as root"}});
  if (!pin.rename(place)) {
    const int error = errno;
    throw kernel_error(Operation::pin, error, attempt, explain_pin(path, error));
  }
}

Fd open_program(const fs::path& pin) {
  OpenedPin opened = open_pin(pin, 0);
  const std::string attempt = fmt::format("open {}", pin.string());
  if (opened.error != 0)
    throw kernel_error(Operation::open, opened.error, attempt, explain_open(pin, opened.error));
  if (opened.kind == ObjectKind::program) return std::move(opened.fd);
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
