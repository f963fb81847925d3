#pragma once
// The number of repetitions of tests that depend on timing.

#include <algorithm>
#include <cstdlib>

namespace mapctl::test {

/// That number, or a few if MAPCTL_SLOW says that the machine is slow.
inline int rounds(int usual, int few = 4) {
  return std::getenv("MAPCTL_SLOW") != nullptr ? std::min(usual, few) : usual;
}

}  // namespace mapctl::test
