#pragma once
// How often tests repeat what hides in timing.

#include <algorithm>
#include <cstdlib>

namespace mapctl::test {

/// That many, and a few where MAPCTL_SLOW says that the machine is slow.
inline int rounds(int usual, int few = 4) {
  return std::getenv("MAPCTL_SLOW") != nullptr ? std::min(usual, few) : usual;
}

}  // namespace mapctl::test
