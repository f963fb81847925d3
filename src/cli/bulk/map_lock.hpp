#pragma once
// Keeps runs apart that make the same map equal to different files.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "cli/naming/target.hpp"
#include "cli/options/option.hpp"
#include "map/directory_lock.hpp"

namespace mapctl::cli {

constexpr std::uint32_t usual_patience = 60000;  ///< milliseconds

template <auto... Path>
constexpr Option lock_timeout() {
  return duration<Path...>("--timeout",
                           "how long to wait for another run that changes the same map: 60s");
}

/// Notes once who holds the lock. Throws Failed that many milliseconds after it is first asked, and
/// if it is interrupted. `attempt` is what has to wait, as in "sync m".
KeepWaiting wait_at_most(std::uint32_t milliseconds, std::string attempt);

/// Waits until no other run changes the map, by whichever of its pins; others wait while the
/// descriptors are open. Notes each directory of a pin that the caller cannot read, and so not
/// lock.
std::vector<Fd> lock_map(const Target& target, std::uint32_t milliseconds,
                         std::string_view verb = "sync");

}  // namespace mapctl::cli
