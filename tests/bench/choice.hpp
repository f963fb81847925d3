#pragma once
// The selection of rows.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace mapctl::bench {

struct Choice {
  /// The size of the largest maps to measure.
  std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  /// Only rows whose title contains one of these; if there are none, all rows.
  std::vector<std::string> words{};

  bool takes(std::string_view title) const;
};

/// Parses `[--most N] [WORD…]`.
Choice choice_of(int argc, char** argv);

}  // namespace mapctl::bench
