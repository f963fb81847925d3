#pragma once
// Contenders run in turns, so that whatever else the machine does meets all of them.

#include <functional>
#include <optional>
#include <vector>

#include "launcher.hpp"

namespace mapctl::bench {

struct Contender {
  std::function<void()> prepare;  ///< before each run, not timed; may be empty
  std::function<Run()> run;
};

/// At least `fewest` rounds, and more until the time is up or there are `most`.
struct Patience {
  int fewest = 3;
  int most = 15;
  double seconds = 5;
};

struct Median {
  double milliseconds = 0;
  double peak_mib = 0;
  /// Time over that of the first contender: the median over the rounds, each taken by itself.
  double ratio = 1;
};

/// Medians of all contenders, in their order.
std::vector<Median> race(const std::vector<Contender>& contenders, Patience patience);

}  // namespace mapctl::bench
