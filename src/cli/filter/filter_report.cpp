#include "cli/filter/filter_report.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>

#include "mapctl/info.hpp"

namespace mapctl::cli {

namespace {

/// In ISO 8601, UTC.
std::string time_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%FT%TZ", &parts)};
}

void write_mode(MemberWriter& write, const std::optional<XdpMode>& mode) {
  mode ? write.word("mode", name(*mode)) : write.null("mode");
}

void write_flag(MemberWriter& write, std::string_view member, const std::optional<bool>& value) {
  value ? write.flag(member, *value) : write.null(member);
}

/// Counters, and how fast they grow.
struct Traffic {
  FilterTotals total{};
  std::optional<double> packets_per_second{};
  std::optional<double> bytes_per_second{};
};

/// Nothing where the statistics began anew.
double rate(std::uint64_t before, std::uint64_t after, double seconds) {
  return after < before ? 0 : static_cast<double>(after - before) / seconds;
}

template <typename Wanted>
Traffic traffic(const FilterReport& report, Wanted&& is_wanted) {
  FilterTotals before;
  FilterTotals after;
  for (std::size_t i = 0; i < filter_verdict_count; ++i) {
    if (!is_wanted(static_cast<FilterVerdict>(i))) continue;
    before.packets += report.before[i].packets;
    before.bytes += report.before[i].bytes;
    after.packets += report.status.totals[i].packets;
    after.bytes += report.status.totals[i].bytes;
  }
  Traffic traffic{.total = after};
  if (!report.seconds) return traffic;
  traffic.packets_per_second = rate(before.packets, after.packets, *report.seconds);
  traffic.bytes_per_second = rate(before.bytes, after.bytes, *report.seconds);
  return traffic;
}

void write_traffic(Output& output, const Traffic& traffic) {
  MemberWriter write(output);
  write.number("packets", traffic.total.packets);
  write.bytes("bytes", traffic.total.bytes);
  if (!traffic.packets_per_second || !traffic.bytes_per_second) {
    write.null("packets_per_second");
    return write.null("bytes_per_second");
  }
  write.decimal("packets_per_second", *traffic.packets_per_second);
  write.bytes("bytes_per_second",
              static_cast<std::uint64_t>(std::llround(*traffic.bytes_per_second)));
}

}  // namespace

void MemberWriter::number(std::string_view member, std::uint64_t value) {
  output_.member(member);
  output_.integer(value);
}

void MemberWriter::bytes(std::string_view member, std::uint64_t value) {
  output_.member(member);
  output_.byte_count(value);
}

void MemberWriter::decimal(std::string_view member, double value) {
  output_.member(member);
  output_.number(fmt::format("{:.1f}", value));
}

void MemberWriter::word(std::string_view member, std::string_view value) {
  output_.member(member);
  output_.word(value);
}

void MemberWriter::string(std::string_view member, std::string_view value) {
  output_.member(member);
  output_.string(value);
}

void MemberWriter::flag(std::string_view member, bool value) {
  output_.member(member);
  output_.boolean(value);
}

void MemberWriter::null(std::string_view member) {
  output_.member(member);
  output_.null();
}

std::string_view action(FilterVerdict verdict) { return drops(verdict) ? "drop" : "pass"; }

void write_link(Output& output, const FilterLink& link) {
  MemberWriter write(output);
  write.string("interface", link.interface);
  write.word("place", name(link.place));
  write_mode(write, link.mode);
  write.number("program_id", link.program_id);
  if (link.program) {
    write.string("program", link.program->name);
    write.word("tag", link.program->tag);
    write.word("loaded", time_text(link.program->loaded));
  } else {
    for (const char* member : {"program", "tag", "loaded"}) write.null(member);
  }
  write.number("link_id", link.link_id);
  write_flag(write, "uses_pinned_map", link.uses_pinned_map);
  write_flag(write, "destinations", link.destinations);
  write.string("pin", link.pin);
}

void write_foreign(Output& output, const XdpProgram& program) {
  MemberWriter write(output);
  write.string("interface", program.interface);
  write_mode(write, program.mode);
  write.number("program_id", program.id);
  if (program.name.empty())
    write.null("program");
  else
    write.string("program", program.name);
  if (program.filter)
    write.word("filter", *program.filter);
  else
    write.null("filter");
}

void write_verdict(Output& output, const FilterReport& report, FilterVerdict verdict) {
  MemberWriter write(output);
  write.word("verdict", action(verdict));
  write.word("reason", name(verdict));
  write_traffic(output, traffic(report, [&](FilterVerdict each) { return each == verdict; }));
}

void write_sum(Output& output, const FilterReport& report, bool dropped) {
  write_traffic(output,
                traffic(report, [&](FilterVerdict each) { return drops(each) == dropped; }));
}

void write_cpus(Output& output, const FilterReport& report, FilterVerdict verdict) {
  output.member("cpus");
  output.begin_array();
  for (std::size_t cpu = 0; cpu < report.status.cpus.size(); ++cpu) {
    const FilterTotals& totals = report.status.cpus[cpu][static_cast<std::size_t>(verdict)];
    MemberWriter write(output);
    output.element();
    output.begin_struct();
    write.number("cpu", possible_cpus()[cpu]);
    write.number("packets", totals.packets);
    write.number("bytes", totals.bytes);
    output.end_struct();
  }
  output.end_array();
}

void write_filter(Output& output, const FilterReport& report) {
  const FilterStatus& status = report.status;
  MemberWriter write(output);
  write.string("name", report.pins.name());
  if (status.map_id == 0) {
    write.null("map");
    write.null("map_id");
  } else {
    write.string("map", report.pins.rules().string());
    write.number("map_id", status.map_id);
  }
  write.number("rules", status.rules);
  write.number("max_entries", status.max_entries);
  write.number("bad_rules", status.bad_rules);
  write.number("destination_rules", status.destination_rules);
  write.word("default", status.default_action);
  output.member("interval");
  if (report.seconds)
    output.number(fmt::format("{:.3f}", *report.seconds));
  else
    output.null();
}

}  // namespace mapctl::cli
