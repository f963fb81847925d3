#pragma once
// Why the filter lets packets pass or drops them.

#include <cstddef>
#include <string_view>

#include "mapctl/filter/verdicts.h"

namespace mapctl {

/// The verdicts in the order of the statistics map; verdicts.h lists each with its reason.
enum class FilterVerdict {
#define MAPCTL_ENUMERATOR(upper, lower, drops, reason) lower,
  MAPCTL_FILTER_VERDICTS(MAPCTL_ENUMERATOR)
#undef MAPCTL_ENUMERATOR
};

#define MAPCTL_ONE(upper, lower, drops, reason) +1
inline constexpr std::size_t filter_verdict_count = 0 MAPCTL_FILTER_VERDICTS(MAPCTL_ONE);
#undef MAPCTL_ONE

std::string_view name(FilterVerdict verdict);

/// Returns whether the filter drops packets of that verdict.
bool drops(FilterVerdict verdict);

}  // namespace mapctl
