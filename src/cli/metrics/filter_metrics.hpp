#pragma once
// Metrics of the filters that are pinned in bpffs_directory().

#include "cli/metrics/exposition.hpp"
#include "cli/naming/map_survey.hpp"

namespace mapctl::cli {

void write_filter_metrics(Exposition& out, QuickCounts& counts);

}  // namespace mapctl::cli
