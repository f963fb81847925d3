#include "cli/filter/filter_report.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>

#include "cli/output/row.hpp"
#include "mapctl/info.hpp"

namespace mapctl::cli {

namespace {

/// The time in ISO 8601, UTC.
std::string time_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%FT%TZ", &parts)};
}

std::optional<std::string_view> mode_name(const std::optional<XdpMode>& mode) {
  return mode ? std::optional{name(*mode)} : std::nullopt;
}

/// The growth per second; 0 if the statistics were reset.
double rate(std::uint64_t before, std::uint64_t after, double seconds) {
  return after < before ? 0 : static_cast<double>(after - before) / seconds;
}

std::optional<std::uint64_t> rounded(const std::optional<double>& number) {
  return number ? std::optional<std::uint64_t>(std::llround(*number)) : std::nullopt;
}

/// Writes the sums of the wanted verdicts, and their growth per second.
template <typename Wanted>
void write_traffic(Output& output, const FilterReport& report, Wanted is_wanted) {
  FilterTotals before;
  FilterTotals after;
  for (std::size_t i = 0; i < filter_verdict_count; ++i) {
    if (!is_wanted(static_cast<FilterVerdict>(i))) continue;
    before.packets += report.before[i].packets;
    before.bytes += report.before[i].bytes;
    after.packets += report.status.totals[i].packets;
    after.bytes += report.status.totals[i].bytes;
  }
  const auto rate_of = [&](std::uint64_t old, std::uint64_t now) {
    return report.seconds ? std::optional{rate(old, now, *report.seconds)} : std::nullopt;
  };
  Row(output)
      .integer("packets", after.packets)
      .bytes("bytes", after.bytes)
      .decimal("packets_per_second", rate_of(before.packets, after.packets))
      .bytes("bytes_per_second", rounded(rate_of(before.bytes, after.bytes)));
}

}  // namespace

std::string_view action(FilterVerdict verdict) { return drops(verdict) ? "drop" : "pass"; }

void write_link(Output& output, const FilterLink& link) {
  Row row(output);
  row.string("interface", link.interface)
      .word("place", name(link.place))
      .word("mode", mode_name(link.mode))
      .integer("program_id", link.program_id);
  if (link.program)
    row.string("program", link.program->name)
        .word("tag", link.program->tag)
        .word("loaded", time_text(link.program->loaded));
  else
    row.null("program").null("tag").null("loaded");
  row.integer("link_id", link.link_id)
      .boolean("uses_pinned_map", link.uses_pinned_map)
      .boolean("destinations", link.destinations)
      .string("pin", link.pin);
}

void write_foreign(Output& output, const XdpProgram& program) {
  Row row(output);
  row.string("interface", program.interface)
      .word("mode", mode_name(program.mode))
      .integer("program_id", program.id);
  program.name.empty() ? row.null("program") : row.string("program", program.name);
  row.word("filter", program.filter);
}

void write_verdict(Output& output, const FilterReport& report, FilterVerdict verdict) {
  Row(output).word("verdict", action(verdict)).word("reason", name(verdict));
  write_traffic(output, report, [&](FilterVerdict each) { return each == verdict; });
}

void write_sum(Output& output, const FilterReport& report, bool dropped) {
  write_traffic(output, report, [&](FilterVerdict each) { return drops(each) == dropped; });
}

void write_cpus(Output& output, const FilterReport& report, FilterVerdict verdict) {
  Row row(output);
  std::size_t cpu = 0;
  row.list("cpus", report.status.cpus, [&](const auto& totals_of_cpu) {
    const FilterTotals& totals = totals_of_cpu[static_cast<std::size_t>(verdict)];
    row.integer("cpu", possible_cpus()[cpu++])
        .integer("packets", totals.packets)
        .integer("bytes", totals.bytes);
  });
}

void write_filter(Output& output, const FilterReport& report) {
  const FilterStatus& status = report.status;
  Row row(output);
  row.string("name", report.pins.name());
  if (status.map_id == 0)
    row.null("map").null("map_id");
  else
    row.string("map", report.pins.rules().string()).integer("map_id", status.map_id);
  row.integer("rules", status.rules)
      .integer("max_entries", status.max_entries)
      .integer("bad_rules", status.bad_rules)
      .integer("destination_rules", status.destination_rules)
      .word("default", status.default_action)
      .decimal("interval", report.seconds, 3);
}

}  // namespace mapctl::cli
