#include "cli/filter/filter_problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/naming/map_ref.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

namespace {

/// Returns "mapctl filter load f0", with --name if the filter's name is not the default.
std::string call(const FilterPins& pins, std::string_view words) {
  const bool is_usual = pins.name() == FilterPins{}.name();
  return fmt::format("mapctl filter {}{}", words, is_usual ? "" : " --name " + pins.name());
}

/// The command to reload the program with the options that it was loaded with.
std::string reload(const FilterPins& pins, const FilterLink& link) {
  return call(pins, fmt::format("load {}{}", link.interface,
                                link.destinations.value_or(false) ? " --destinations" : ""));
}

/// Maps cannot grow, so rules are copied; programs use the smaller map until they are reloaded.
std::string larger_rules(const FilterPins& pins, const FilterStatus& status) {
  std::string loads;
  for (const FilterLink& link : status.links)
    if (link.place == FilterPlace::here) loads += " && " + reload(pins, link);
  const std::string map = pins.rules().string();
  return fmt::format(
      "mapctl save {0} -f rules.jsonl && mapctl restore {0} --replace -f rules.jsonl "
      "--max-entries {1}{2}",
      map, 4 * std::uint64_t{status.max_entries}, loads);
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
      link.map_id == 0 ? "id:ID" : fmt::format("id:{}", link.map_id), pin));
}

void note_link(const FilterPins& pins, const FilterStatus& status, const FilterLink& link) {
  if (link.place != FilterPlace::gone && status.map_id == 0) note_lost_rules(pins, link);
  switch (link.place) {
    case FilterPlace::gone:
      return note(fmt::format("{} filters nothing: its interface is gone; remove it: {}", link.pin,
                              call(pins, fmt::format("unload {} --yes", link.interface))));
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
      note(fmt::format("the program on {} does not look at rules by destination, and {} has {}: {}",
                       link.interface, pins.rules().filename().string(), status.destination_rules,
                       call(pins, fmt::format("load {} --destinations", link.interface))));
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

}  // namespace

void name_full_filter(Error& error) try {
  constexpr std::string_view ending = "_map";
  const Error::Details& details = error.details();
  if (details.cause != Cause::full || details.type != MapType::lpm_trie) return;
  if (!details.map.ends_with(ending)) return;
  const FilterPins pins(bpffs_directory(),
                        details.map.substr(0, details.map.size() - ending.size()));
  if (filter_interfaces(pins).empty()) return;
  error.suggest(
      {fmt::format("delete rules, or give the filter a larger map: mapctl filter status "
                   "--name {} tells how",
                   pins.name())});
} catch (const BadInput&) {  // the map's name is not valid for a filter
} catch (const Error&) {     // the filter cannot be inspected, so the failure stays as it is
}

void note_problems(const FilterPins& pins, const FilterStatus& status) {
  if (status.map_id == 0 && status.links.empty())
    note(fmt::format("the filter '{}' is not loaded: {}", pins.name(), call(pins, "load IFACE")));
  const auto is_unknown = [](const FilterLink& link) { return !link.uses_pinned_map; };
  if (status.map_id != 0 && !status.programs && std::ranges::any_of(status.links, is_unknown))
    note(fmt::format("whether the programs use {} cannot be told without CAP_SYS_ADMIN",
                     pins.rules().filename().string()));
  for (const FilterLink& link : status.links) note_link(pins, status, link);
  note_destinations(pins, status);
  if (status.map_id != 0) note_rules(pins, status);
}

}  // namespace mapctl::cli
