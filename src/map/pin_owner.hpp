#pragma once
// Holds on to a pin, so that the pin that is checked is the one that is used.

#include <sys/stat.h>

#include "mapctl/fd.hpp"
#include "mapctl/pin_owner.hpp"

namespace mapctl {

/// A pin that stays the same whatever others do to its path.
struct HeldPin {
  Fd fd{};
  std::filesystem::path path{};  ///< behind symbolic links
  struct stat status {};
  int error = 0;  ///< positive errno; the rest is then empty

  /// Another path of the same pin.
  std::filesystem::path place() const;
};

/// Follows symbolic links in place of the pin. Throws Error (permission) that names the pin or link
/// of another owner.
HeldPin hold_pin(std::filesystem::path pin, PinOwner owner);

}  // namespace mapctl
