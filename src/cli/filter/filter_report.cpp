#include "cli/filter/filter_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include "cli/naming/map_ref.hpp"
#include "cli/output/row.hpp"
#include "cli/session/report.hpp"
#include "map/error/printable.hpp"
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

/// Returns "mapctl filter load f0", with --name if the filter's name is not the default.
std::string call(const FilterPins& pins, std::string_view words) {
  const bool is_usual = pins.name() == FilterPins{}.name();
  return fmt::format("mapctl filter {}{}", words, is_usual ? "" : " --name " + pins.name());
}

/// The command to reload the program with the options that it was loaded with.
std::string reload(const FilterPins& pins, const FilterLink& link) {
  std::string load = fmt::format("load {}", shell_word(link.interface));
  if (link.destinations.value_or(false)) load += " --destinations";
  if (link.replies.value_or(false)) load += " --replies";
  if (link.established.value_or(false)) load += " --established";
  return call(pins, load);
}

/// Maps cannot grow, so rules are copied; programs use the smaller map until they are reloaded.
std::string larger_rules(const FilterPins& pins, const FilterStatus& status) {
  std::string loads;
  for (const FilterLink& link : status.links)
    if (link.place == FilterPlace::here) loads += " && " + reload(pins, link);
  const std::string map = pins.rules().string();
  return larger_map(map, 4 * std::uint64_t{status.max_entries}) + loads;
}

void note_statistics(const FilterPins& pins, const FilterStatus& status, const FilterLink& link) {
  if (link.uses_pinned_statistics.value_or(true)) return;
  const std::string map = pins.statistics().filename().string();
  note(fmt::format("the counters say nothing of {}: {}: reload it: {}", link.interface,
                   status.statistics_id == 0
                       ? fmt::format("{} is not pinned", map)
                       : fmt::format("its program counts into another map than {}", map),
                   reload(pins, link)));
}

/// Notes rules in a map whose pin is lost, which a new map would not have.
void note_lost_rules(const FilterPins& pins, const FilterLink& link) {
  const std::string pin = pins.rules().string();
  note(fmt::format(
      "no map is pinned at {}, and its rules are not shown: the program on {} still uses {}: pin "
      "it again: mapctl pin {} {}",
      pin, link.interface, link.map_id == 0 ? "it" : fmt::format("map id {}", link.map_id),
      link.map_id == 0 ? "id:ID" : fmt::format("id:{}", link.map_id), shell_word(pin)));
}

void note_link(const FilterPins& pins, const FilterStatus& status, const FilterLink& link) {
  if (link.place != FilterPlace::gone && status.map_id == 0) note_lost_rules(pins, link);
  switch (link.place) {
    case FilterPlace::gone:
      return note(
          fmt::format("{} filters nothing: its interface is gone; remove it: {}", link.pin,
                      call(pins, fmt::format("unload {} --yes", shell_word(link.interface)))));
    case FilterPlace::other_namespace:
      return note(fmt::format("{} filters an interface in another network namespace", link.pin));
    case FilterPlace::here:
      if (status.map_id != 0 && !link.uses_pinned_map.value_or(true))
        note(fmt::format("the program on {} uses another map than {}: reload it: {}",
                         link.interface, pins.rules().filename().string(), reload(pins, link)));
      else
        note_statistics(pins, status, link);
  }
}

/// Notes destination rules that the programs do not look at.
void note_destinations(const FilterPins& pins, const FilterStatus& status) {
  if (status.destination_rules == 0) return;
  for (const FilterLink& link : status.links)
    if (link.place == FilterPlace::here && !link.destinations.value_or(true))
      note(fmt::format(
          "the program on {} does not look at rules by destination, and {} has {}: {}",
          link.interface, pins.rules().filename().string(), status.destination_rules,
          call(pins, fmt::format("load {} --destinations", shell_word(link.interface)))));
}

void note_rules(const FilterPins& pins, const FilterStatus& status) {
  constexpr std::uint64_t nearly_full = 90;
  const std::string map = pins.rules().filename().string();
  if (status.programs == 0)
    note(fmt::format("no program uses {}: its rules do nothing; load the filter: {}", map,
                     call(pins, "load IFACE")));
  if (std::uint64_t{status.rules} * 100 >= nearly_full * status.max_entries)
    note(fmt::format("{} is nearly full: {} of {} rules; a larger one: {}", map, status.rules,
                     status.max_entries, larger_rules(pins, status)));
  if (status.bad_rules != 0)
    note(
        fmt::format("{} rules neither drop nor pass, and their packets pass: mapctl dump {} "
                    "--where 'action != drop and action != pass'",
                    status.bad_rules, map));
}

/// Notes pins that whoever made them can change.
void note_owners(const FilterPins& pins, const FilterStatus& status) {
  std::vector<std::string> used{pins.rules().string(), pins.statistics().string()};
  for (const FilterLink& link : status.links) used.push_back(link.pin);
  for (const std::string& pin : used)
    if (const std::optional<std::string> owner = untrusted_owner(pin))
      note(
          fmt::format("{} belongs to {}, who can change it at any time: look at it, and remove it: "
                      "mapctl unpin {}",
                      pin, *owner, shell_word(pin)));
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
      .boolean("replies", link.replies)
      .boolean("established", link.established)
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

void name_full_filter(Error& error) try {
  constexpr std::string_view ending = "_map";
  const Error::Details& details = error.details();
  if (details.cause != Cause::full || details.type != MapType::lpm_trie) return;
  const std::filesystem::path pin = bpffs_directory() / details.map;
  const std::string name = pin.filename().string();
  if (!name.ends_with(ending)) return;
  const FilterPins pins(bpffs_directory(), name.substr(0, name.size() - ending.size()));
  if (pin != pins.rules() || filter_interfaces(pins).empty()) return;
  error.suggest(
      {fmt::format("delete rules, or give the filter a larger map: mapctl filter status "
                   "--name {} tells how",
                   pins.name())});
} catch (const BadInput&) {  // the map's name is not valid for a filter
} catch (const Error&) {     // the filter cannot be inspected, so the failure stays as it is
}

void note_problems(const FilterPins& pins, const FilterStatus& status) {
  for (const std::string& pin : status.closed_links)
    note(
        fmt::format("the link at {} is not shown, and its program is listed as another one: the "
                    "kernel opens a link only for who may write to its pin",
                    pin));
  if (status.map_id == 0 && status.links.empty() && status.closed_links.empty())
    note(fmt::format("the filter '{}' is not loaded: {}", pins.name(), call(pins, "load IFACE")));
  const auto is_unknown = [](const FilterLink& link) { return !link.uses_pinned_map; };
  if (status.map_id != 0 && !status.programs && std::ranges::any_of(status.links, is_unknown))
    note(fmt::format("whether the programs use {} cannot be told without CAP_SYS_ADMIN",
                     pins.rules().filename().string()));
  for (const FilterLink& link : status.links) note_link(pins, status, link);
  note_owners(pins, status);
  note_destinations(pins, status);
  if (status.map_id != 0) note_rules(pins, status);
}

}  // namespace mapctl::cli
