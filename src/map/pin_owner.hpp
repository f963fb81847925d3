#pragma once
// Holds on to a pin or another file, so that the one that is checked is the one that is used.

#include <sys/stat.h>

#include "mapctl/fd.hpp"
#include "mapctl/pin_owner.hpp"

namespace mapctl {

/// A pin, file or symbolic link that stays the same whatever others do to its path.
struct HeldFile {
  Fd fd{};
  std::filesystem::path path{};
  struct stat status {};
  int error = 0;  ///< positive errno; the rest is then empty

  bool is_link() const noexcept { return S_ISLNK(status.st_mode); }
  /// Another path of the same file.
  std::filesystem::path place() const;
  /// Where the symbolic link leads.
  std::filesystem::path target() const;
};

/// The kernel's limit on symbolic links that lead to each other.
inline constexpr int most_links = 40;

/// True if the file belongs to the caller or to root: anybody else could have put it there to
/// misuse the caller's rights.
bool is_trusted(const struct stat& status);

/// Holds what is at the path itself, not what a symbolic link there leads to.
HeldFile hold(const std::filesystem::path& path);

/// Follows symbolic links in place of the pin. Throws Error (permission) that names the pin or link
/// of another owner.
HeldFile hold_pin(std::filesystem::path pin, PinOwner owner);

}  // namespace mapctl
