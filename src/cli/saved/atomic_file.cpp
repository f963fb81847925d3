#include "cli/saved/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cli/output/stream.hpp"
#include "cli/session/failure.hpp"
#include "map/pin_open.hpp"
#include "map/pin_owner.hpp"
#include "mapctl/fd.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

constexpr mode_t default_mode = 0666;  // the umask is subtracted

[[noreturn]] void refuse_link(const fs::path& link, const fs::path& target, uid_t owner) {
  throw Failed(
      {"permission",
       Exit::permission,
       fmt::format("cannot write through the symbolic link {}: it belongs to user id {}",
                   link.string(), owner),
       "it could lead to a file that its owner may not write to; only your own links and "
       "those of root are followed",
       {fmt::format("if you mean the file that it leads to, name that: {}", target.string()),
        "remove the link"}});
}

/// Whoever has put a pipe there reads what the caller may read.
void check_pipe(const fs::path& path, const Fd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISFIFO(status.st_mode) || is_trusted(status)) return;
  throw Failed({"permission",
                Exit::permission,
                fmt::format("cannot write into the pipe {}: it belongs to user id {}",
                            path.string(), status.st_uid),
                "only your own pipes and those of root are written to",
                {"if you mean it, let the shell open it: -f /dev/stdout >PIPE"}});
}

/// The number of the caller's descriptor that a path such as /dev/fd/3 names.
std::optional<int> descriptor_in(const fs::path& path) {
  std::error_code ignored;
  if (!fs::equivalent(directory_of(path), "/proc/self/fd", ignored)) return std::nullopt;
  const auto number = whole_number(path.filename().string());
  return number ? std::optional{static_cast<int>(*number)} : std::nullopt;
}

/// Follows links, even to a target that does not exist yet. A loop ends at one of its links.
fs::path followed(fs::path path) {
  for (int links = 0; links < most_links && !descriptor_in(path); ++links) {
    const HeldFile held = hold(path);
    if (!held.is_link()) break;
    if (!is_trusted(held.status)) refuse_link(path, held.target(), held.status.st_uid);
    path = held.target();
  }
  return path;
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path) : path_(path), target_(followed(path)) {
  struct stat old {};
  const bool is_there = ::lstat(target_.c_str(), &old) == 0;
  const std::optional<int> descriptor = descriptor_in(target_);
  is_direct_ = descriptor || (is_there && !S_ISREG(old.st_mode));
  if (is_there && !is_direct_ && is_trusted(old)) old_ = old;
  if (descriptor)
    fd_ = Fd(::fcntl(*descriptor, F_DUPFD_CLOEXEC, 3));
  else
    is_direct_ ? open(target_, O_NOFOLLOW) : open_beside();
  if (!fd_) fail(errno);
  if (is_direct_ && !descriptor) check_pipe(path_, fd_);
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(const std::function<void(SaveTo)>& write) {
  keep_mode();
  try {
    write({.fd = fd_.get(), .is_seekable = !is_direct_});
  } catch (const OutputFailed& error) {
    const bool is_ended = error.error_number == EPIPE || error.error_number == EINTR;
    if (is_direct_ && is_ended) throw;
    fail(error.error_number);
  }
}

void AtomicFile::appear() {
  if (is_direct_) return;
  if (temporary_.empty()) give_name();
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
  temporary_.clear();
  state_ = "it is complete, but may not survive a crash";
}

void AtomicFile::sync() const {
  if (!is_direct_ && ::fsync(fd_.get()) != 0) fail(errno);
}

void AtomicFile::sync_name() const {
  if (is_direct_) return;
  const Fd directory(::open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Not every filesystem supports it.
  if (directory && ::fsync(directory.get()) != 0 && errno != EINVAL) fail(errno);
}

void AtomicFile::sync_filesystem() const {
  if (!is_direct_ && ::syncfs(fd_.get()) != 0) fail(errno);
}

dev_t AtomicFile::filesystem() const {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) fail(errno);
  return status.st_dev;
}

/// If the group of the old file cannot be kept, the rights of the group are dropped, so that no
/// other group gets them.
void AtomicFile::keep_mode() const {
  if (!old_) return;
  const bool same_group = ::fchown(fd_.get(), static_cast<uid_t>(-1), old_->st_gid) == 0;
  if (::fchmod(fd_.get(), old_->st_mode & (same_group ? 0777U : 0707U)) != 0) fail(errno);
}

/// A new file is at no time open to more users than the old one: who opens it then, reads it later.
void AtomicFile::open(const fs::path& path, int flags) {
  const mode_t mode = old_ ? old_->st_mode & default_mode & 0707U : default_mode;
  fd_ = Fd(::open(path.c_str(), flags | O_WRONLY | O_CLOEXEC, mode));
}

/// An unnamed file disappears if the process is killed; not every filesystem supports it.
void AtomicFile::open_beside() {
  open(directory_of(target_), O_TMPFILE);
  if (fd_) return;
  temporary_ = new_name();
  open(temporary_, O_CREAT | O_EXCL);
}

/// A name that nobody can foresee.
fs::path AtomicFile::new_name() const {
  const std::string suffix = fmt::format(".{:08x}.tmp", std::random_device{}());
  return directory_of(target_) / with_ending("." + target_.filename().string(), suffix);
}

void AtomicFile::give_name() {
  const std::string unnamed = fmt::format("/proc/self/fd/{}", fd_.get());
  const fs::path name = new_name();
  if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
    fail(errno);
  temporary_ = name;
}

void AtomicFile::fail(int error) const {
  const auto failed = [this](std::string code, Exit exit, std::string_view reason,
                             std::string why = {}, std::vector<std::string> fix = {}) {
    return Failed({std::move(code), exit,
                   fmt::format("cannot write {}: {}", path_.string(), reason), std::move(why),
                   std::move(fix)});
  };
  const std::string state = is_direct_ ? "" : state_;
  switch (error) {
    case EACCES:
    case EPERM:
      throw failed("permission", Exit::permission, "permission denied",
                   "its mode, or that of its directory, does not let you");
    case EROFS:
      throw failed("permission", Exit::permission, "its filesystem is read-only");
    case ENOENT:
    case ENOTDIR:
      throw failed("not_found", Exit::not_found,
                   "there is no directory " + directory_of(target_).string());
    case EISDIR:
      throw failed("not_a_file", Exit::not_found, "it is a directory");
    case ENOSPC:
    case EDQUOT:
      throw failed("output", Exit::internal, "there is no room on its filesystem", state,
                   {"make room, or use another place"});
    default:
      throw failed("output", Exit::internal, std::strerror(error), state);
  }
}

void write_file(const fs::path& path, const std::function<void(SaveTo)>& write) {
  AtomicFile file(path);
  file.write(write);
  file.sync();
  file.appear();
  file.sync_name();
}

}  // namespace mapctl::cli
