#pragma once
// Which of the rows are wanted.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace mapctl::bench {

struct Choice {
  /// No maps with more entries.
  std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  /// Only rows whose title contains one of these; all, where there are none.
  std::vector<std::string> words{};

  bool takes(std::string_view title) const;
};

/// Of `[--most N] [WORD…]`.
Choice choice_of(int argc, char** argv);

}  // namespace mapctl::bench
