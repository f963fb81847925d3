#pragma once
// Maps that an older version of the filter has left: rules that could not end, of 24 bytes, and
// statistics with fewer verdicts.

#include <cstddef>

#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

struct bpf_map;

namespace mapctl {

/// Returns whether it is such a map, pinned where this map of the program belongs.
bool is_older(const MapInfo& pinned, const bpf_map* ours);

/// Copies the entries with their counters, and returns their number. Throws Error (busy) if others
/// change them faster than they can be read.
std::size_t take_over(const Map& older, Map& ours);

}  // namespace mapctl
