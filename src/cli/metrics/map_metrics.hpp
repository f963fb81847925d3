#pragma once
// Metrics of maps.

#include <span>

#include "cli/entry/map_row.hpp"
#include "cli/metrics/exposition.hpp"

namespace mapctl::cli {

/// The labels that all metrics of a map have: its id, because two maps may have one name, its name
/// and its type.
Labels map_labels(const MapInfo& map);

/// What is not known of a map has no sample.
void write_map_metrics(Exposition& out, std::span<const MapRow> maps);

}  // namespace mapctl::cli
