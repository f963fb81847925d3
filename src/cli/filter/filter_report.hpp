#pragma once
// The parts of a filter's status, as members of a row.

#include <optional>
#include <string_view>
#include <vector>

#include "cli/options/option.hpp"
#include "cli/output/output.hpp"
#include "mapctl/filter/foreign.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl::cli {

template <auto... Path>
constexpr Option filter_name() {
  return option<Path...>(
      "--name", ValueKind::text,
      "which filter: a host can have several, each with rules of its own (default: filter)");
}

/// Everything that is told, whatever the format.
struct FilterReport {
  FilterPins pins;
  FilterStatus status;
  std::vector<XdpProgram> foreign;
  VerdictTotals before{};           ///< `seconds` earlier
  std::optional<double> seconds{};  ///< nothing: no rates are wanted
};

/// A member of a row, with its value.
class MemberWriter {
 public:
  explicit MemberWriter(Output& output) : output_(output) {}

  void number(std::string_view member, std::uint64_t value);
  void bytes(std::string_view member, std::uint64_t value);
  /// With one digit behind the point.
  void decimal(std::string_view member, double value);
  void word(std::string_view member, std::string_view value);
  void string(std::string_view member, std::string_view value);
  void flag(std::string_view member, bool value);
  void null(std::string_view member);

 private:
  Output& output_;
};

void write_filter(Output& output, const FilterReport& report);
void write_link(Output& output, const FilterLink& link);
void write_foreign(Output& output, const XdpProgram& program);
void write_verdict(Output& output, const FilterReport& report, FilterVerdict verdict);
/// The counters of that verdict, by CPU.
void write_cpus(Output& output, const FilterReport& report, FilterVerdict verdict);
/// All that passed, or was dropped.
void write_sum(Output& output, const FilterReport& report, bool dropped);

/// What is done with packets of that verdict: "pass", "drop".
std::string_view action(FilterVerdict verdict);

}  // namespace mapctl::cli
