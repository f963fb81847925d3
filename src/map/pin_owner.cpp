#include "map/pin_owner.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <memory>

#include "map/error/kernel_error.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

std::string describe_user(uid_t id) {
  // Avoids getpwuid: a static binary cannot load the libraries that it may need.
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen("/etc/passwd", "re"), &std::fclose};
  while (const passwd* entry = file ? fgetpwent(file.get()) : nullptr)
    if (entry->pw_uid == id) return fmt::format("{} (user id {})", entry->pw_name, id);
  return fmt::format("user id {}", id);
}

[[noreturn]] void refuse_owner(const fs::path& pin, const struct stat& status) {
  throw kernel_error(
      Operation::open, 0, fmt::format("use {}", pin.string()),
      {.cause = Cause::permission,
       .reason = fmt::format("{} belongs to {}", S_ISLNK(status.st_mode) ? "this link" : "it",
                             describe_user(status.st_uid)),
       .why = "its owner can change it at any time; only your own pins and those of root are used",
       .fix = {{"look at it, and remove it", Remedy::unpin, {pin.string()}},
               {"if you trust its owner", Remedy::adopt_pin}}});
}

}  // namespace

fs::path HeldFile::place() const { return fmt::format("/proc/self/fd/{}", fd.get()); }

fs::path HeldFile::target() const {
  std::array<char, PATH_MAX> text{};
  const ssize_t size = ::readlinkat(fd.get(), "", text.data(), text.size());
  return path.parent_path() /
         std::string(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

bool is_trusted(const struct stat& status) {
  return status.st_uid == 0 || status.st_uid == ::geteuid();
}

HeldFile hold(const fs::path& path) {
  HeldFile held{.fd = Fd(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)), .path = path};
  if (!held.fd || ::fstat(held.fd.get(), &held.status) != 0) return {.error = errno};
  return held;
}

HeldFile hold_pin(fs::path pin, PinOwner owner) {
  for (int links = 0; links <= most_links; ++links) {
    HeldFile held = hold(pin);
    if (held.error != 0) return held;
    if (owner == PinOwner::trusted && !is_trusted(held.status)) refuse_owner(pin, held.status);
    if (!held.is_link()) return held;
    pin = held.target();
  }
  return {.error = ELOOP};
}

std::optional<std::string> untrusted_owner(const fs::path& pin) {
  const HeldFile held = hold(pin);
  if (held.error != 0 || is_trusted(held.status)) return std::nullopt;
  return describe_user(held.status.st_uid);
}

}  // namespace mapctl
