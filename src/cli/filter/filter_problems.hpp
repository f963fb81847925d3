#pragma once
// Reports problems of a filter that its status shows.

#include "mapctl/error.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl::cli {

/// Notes what keeps the filter from following its rules, now or soon.
void note_problems(const FilterPins& pins, const FilterStatus& status);

/// If the failure is a full map that holds the rules of a running filter, replaces the advice by
/// advice for a filter.
void name_full_filter(Error& error);

}  // namespace mapctl::cli
