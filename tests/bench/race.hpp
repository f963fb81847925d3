#pragma once
// Contenders take turns, so that other load on the machine affects all of them.

#include <functional>
#include <optional>
#include <vector>

#include "launcher.hpp"

namespace mapctl::bench {

struct Contender {
  std::function<void()> prepare;  ///< before each run, not timed; may be empty
  std::function<Run()> run;
};

/// Runs at least `fewest` rounds, and more until the time is up or there are `most`.
struct Patience {
  int fewest = 3;
  int most = 15;
  double seconds = 5;
};

struct Median {
  double milliseconds = 0;
  double peak_mib = 0;
  /// The time divided by that of the first contender: the median of the ratios of the rounds.
  double ratio = 1;
};

/// Medians of all contenders, in their order.
std::vector<Median> race(const std::vector<Contender>& contenders, Patience patience);

}  // namespace mapctl::bench
