#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "map/error/kernel_error.hpp"
#include "map/pin_open.hpp"
#include "mapctl/map.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

/// Beside the pin, so that a rename is all it takes. A dot is not allowed.
fs::path name_beside(const fs::path& path) {
  constexpr std::size_t longest = 255;
  constexpr std::string_view suffix = "__replacing";
  const std::string name = path.filename().string().substr(0, longest - suffix.size());
  return path.parent_path() / (name + std::string{suffix});
}

/// Removes the pin again if it does not get its place.
class TemporaryPin {
 public:
  TemporaryPin(const Map& map, fs::path path) : path_(std::move(path)) {
    ::unlink(path_.c_str());  // of a process that was killed
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

}  // namespace mapctl
