#pragma once
// The measured cases.

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "race.hpp"
#include "workload.hpp"

namespace mapctl::bench {

using Action = std::function<Run(Workload&)>;

struct Case {
  std::string what;
  /// Brings the map into the same state before each run of each contender; this is not timed.
  std::function<void(Workload&)> prepare{};
  Action ours{};
  Action peer{};   ///< may be empty
  Action floor{};  ///< may be empty
  /// With more entries the peer would take minutes, so it is left out.
  std::size_t most_for_peer = std::numeric_limits<std::size_t>::max();
  Patience patience{};
};

/// The cases of one shape at some sizes.
struct Suite {
  Shape shape;
  std::vector<std::uint32_t> sizes;
  std::vector<Case> cases;
};

std::vector<Suite> all_suites();

}  // namespace mapctl::bench
