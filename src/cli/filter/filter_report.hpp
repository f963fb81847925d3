#pragma once
// Writes the parts of a filter's status as members of a row, and notes its problems.

#include <optional>
#include <string_view>
#include <vector>

#include "cli/options/option.hpp"
#include "cli/output/output.hpp"
#include "mapctl/error.hpp"
#include "mapctl/filter/foreign.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl::cli {

template <auto... Path>
constexpr Option filter_name() {
  return option<Path...>(
      "--name", ValueKind::name,
      "which filter: a host can have several, each with rules of its own (default: filter)");
}

/// The contents of a report in any format.
struct FilterReport {
  FilterPins pins;
  FilterStatus status;
  std::vector<XdpProgram> foreign;
  VerdictTotals before{};           ///< `seconds` earlier
  std::optional<double> seconds{};  ///< empty: no rates are wanted
};

void write_filter(Output& output, const FilterReport& report);
void write_link(Output& output, const FilterLink& link);
void write_foreign(Output& output, const XdpProgram& program);
void write_verdict(Output& output, const FilterReport& report, FilterVerdict verdict);
/// Writes the counters of that verdict for each CPU.
void write_cpus(Output& output, const FilterReport& report, FilterVerdict verdict);
/// Writes the sum of all passed or of all dropped packets.
void write_sum(Output& output, const FilterReport& report, bool dropped);

/// Notes what keeps the filter from following its rules, now or soon.
void note_problems(const FilterPins& pins, const FilterStatus& status);

/// If the failure is a full map that holds the rules of a running filter, replaces the advice by
/// advice for a filter.
void name_full_filter(Error& error);

/// The action for packets of that verdict: "pass", "drop".
std::string_view action(FilterVerdict verdict);

}  // namespace mapctl::cli
