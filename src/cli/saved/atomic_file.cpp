#include "cli/saved/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "cli/session/failure.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

constexpr mode_t default_mode = 0666;  // the umask is subtracted

fs::path directory_of(const fs::path& file) {
  const fs::path directory = file.parent_path();
  return directory.empty() ? "." : directory;
}

/// Follows links, even to a target that does not exist yet.
fs::path followed(fs::path path) {
  constexpr int most_links = 40;  // the kernel's limit
  std::error_code ignored;
  for (int i = 0; i < most_links && fs::is_symlink(fs::symlink_status(path, ignored)); ++i)
    path = directory_of(path) / fs::read_symlink(path, ignored);
  return path;
}

/// The number N of /dev/fd/N, whatever kind of file is open there.
std::optional<int> descriptor_in(const fs::path& path) {
  if (path == "/dev/stdout" || path == "-") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  const fs::path directory = path.parent_path();
  if (directory != "/dev/fd" && directory != "/proc/self/fd") return std::nullopt;
  const auto number = whole_number(path.filename().string());
  return number ? std::optional{static_cast<int>(*number)} : std::nullopt;
}

bool is_special(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

fs::path descriptor_path(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

constexpr std::string_view temporary_suffix = ".tmp";

std::string temporary_prefix(const fs::path& target) {
  return fmt::format(".{}.", target.filename().string());
}

fs::path temporary_name(const fs::path& target) {
  return directory_of(target) /
         fmt::format("{}{}{}", temporary_prefix(target), ::getpid(), temporary_suffix);
}

bool is_temporary_name(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || !name.ends_with(temporary_suffix)) return false;
  name.remove_prefix(prefix.size());
  const std::string_view pid = name.substr(0, name.size() - temporary_suffix.size());
  return !pid.empty() && std::ranges::all_of(pid, [](char c) { return c >= '0' && c <= '9'; });
}

/// A process that writes such a file holds a lock on it.
bool is_abandoned(const fs::path& temporary) {
  const Fd file(::open(temporary.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

/// Removes files of processes that were killed while they wrote the same target.
void remove_leftovers(const fs::path& target) {
  const std::string prefix = temporary_prefix(target);
  std::error_code error;  // in an unreadable folder, leftovers stay
  for (fs::directory_iterator entry(directory_of(target), error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (is_temporary_name(path.filename().native(), prefix) && is_abandoned(path))
      ::unlink(path.c_str());
  }
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)), target_(followed(path_)) {
  is_direct_ = descriptor_in(path_) || is_special(target_);
  is_direct_ ? open_directly() : open_beside();
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::string AtomicFile::untouched() const {
  if (is_direct_) return {};
  return is_replaced_ ? "it is complete, but may not survive a crash"
                      : "what was there before is untouched";
}

void AtomicFile::fail(int error) const {
  const std::string tried = fmt::format("cannot write {}", path_.string());
  switch (error) {
    case EACCES:
    case EPERM:
      throw Failed({"permission", Exit::permission, tried + ": permission denied",
                    "its mode, or that of its directory, does not let you"});
    case EROFS:
      throw Failed({"permission", Exit::permission, tried + ": its filesystem is read-only"});
    case ENOENT:
    case ENOTDIR:
      throw Failed(
          {"not_found", Exit::not_found,
           fmt::format("{}: there is no directory {}", tried, directory_of(target_).string())});
    case EISDIR:
      throw Failed({"not_a_file", Exit::not_found, tried + ": it is a directory"});
    case ENOSPC:
    case EDQUOT:
      throw Failed({"output",
                    Exit::internal,
                    tried + ": there is no room on its filesystem",
                    untouched(),
                    {"make room, or use another place"}});
    default:
      throw Failed({"output", Exit::internal, fmt::format("{}: {}", tried, std::strerror(error)),
                    untouched()});
  }
}

void AtomicFile::open_directly() {
  if (const std::optional<int> number = descriptor_in(path_))
    fd_ = Fd(::fcntl(*number, F_DUPFD_CLOEXEC, 3));
  else
    fd_ = Fd(::open(target_.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd_) fail(errno);
}

/// An unnamed file disappears if the process is killed; not every filesystem supports it.
void AtomicFile::open_beside() {
  const fs::path directory = directory_of(target_);
  fd_ = Fd(::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, default_mode));
  if (!fd_ && (errno == ENOENT || errno == EACCES || errno == ENOTDIR || errno == EROFS))
    fail(errno);
  if (!fd_) {
    const fs::path temporary = temporary_name(target_);
    ::unlink(temporary.c_str());  // from a killed process with the same id
    fd_ = Fd(::open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, default_mode));
    if (!fd_) fail(errno);
    temporary_ = temporary;
  }
  ::flock(fd_.get(), LOCK_EX | LOCK_NB);  // see is_abandoned()
  remove_leftovers(target_);
  take_over_mode();
}

void AtomicFile::take_over_mode() {
  struct stat old {};
  if (::stat(target_.c_str(), &old) != 0) return;
  // Only root may change the owner; a backup by its owner does not need that. If the group cannot
  // be kept, its rights are dropped, so that no other group gets them.
  constexpr auto same = static_cast<uid_t>(-1);
  const bool same_owner = ::fchown(fd_.get(), old.st_uid, old.st_gid) == 0;
  const bool same_group = same_owner || ::fchown(fd_.get(), same, old.st_gid) == 0;
  const mode_t mode = old.st_mode & (same_owner ? 07777U : same_group ? 0777U : 0707U);
  if (::fchmod(fd_.get(), mode) != 0) fail(errno);
}

void AtomicFile::give_name() {
  const fs::path temporary = temporary_name(target_);
  ::unlink(temporary.c_str());
  if (::linkat(AT_FDCWD, descriptor_path(fd_.get()).c_str(), AT_FDCWD, temporary.c_str(),
               AT_SYMLINK_FOLLOW) != 0)
    fail(errno);
  temporary_ = temporary;
}

void AtomicFile::commit() {
  if (is_direct_) return;
  if (::fsync(fd_.get()) != 0) fail(errno);
  if (temporary_.empty()) give_name();
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail(errno);
  temporary_.clear();
  is_replaced_ = true;
  // Syncs the folder so that the new name survives a crash. Not every filesystem supports it.
  const Fd directory(::open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory && ::fsync(directory.get()) != 0 && errno != EINVAL) fail(errno);
}

}  // namespace mapctl::cli
