#pragma once
// What is wrong with a filter, as far as its status tells.

#include "mapctl/error.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl::cli {

/// Notes what keeps it from doing what its rules say, and what soon may.
void note_problems(const FilterPins& pins, const FilterStatus& status);

/// Where the failure is of a full map that holds the rules of a running filter, replaces what would
/// help by what helps a filter.
void name_full_filter(Error& error);

}  // namespace mapctl::cli
