#pragma once
// The owners of pins: in a directory that many may write to, anybody can pin something.

#include <filesystem>
#include <optional>
#include <string>

namespace mapctl {

/// Whose pins may be used, and whose symbolic links to them.
enum class PinOwner {
  anybody,
  trusted,  ///< root and the caller: others could change the object, or have chosen another one
};

/// The owner of a pin, or of a symbolic link at its path, as "eve (user id 1000)"; nullopt if it is
/// trusted, and if nothing is there.
std::optional<std::string> untrusted_owner(const std::filesystem::path& pin);

}  // namespace mapctl
