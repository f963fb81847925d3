#pragma once
// Metrics of the entries of one map: numbers in its values, with the key as labels.

#include <string>
#include <vector>

#include "cli/entry/selection.hpp"
#include "cli/metrics/exposition.hpp"

namespace mapctl::cli {

struct EntryMetrics {
  std::string map{};     ///< empty: none are wanted
  std::string fields{};  ///< names of columns of dump, separated by commas; empty: all counters
  /// Its limit is the cap on the number of entries.
  Selection selection{.where = {}, .sort = {}, .limit = 1000};
};

/// Throws BadInput if the map has no such field, and if a field is no number.
void write_entry_metrics(Exposition& out, const EntryMetrics& wanted, Session session);

}  // namespace mapctl::cli
