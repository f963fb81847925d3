// Reads the status from the filter's links, map and statistics.

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "filter.h"
#include "filter/objects/maps.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/xdp_link.hpp"
#include "mapctl/entries.hpp"
#include "mapctl/filter/status.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

namespace {

FilterLink describe(const PinnedLink& link) {
  FilterLink described{.interface = link.interface,
                       .place = link.place,
                       .pin = link.pin.string(),
                       .link_id = link.info.id,
                       .program_id = link.info.program_id};
  if (link.place != FilterPlace::here) return described;
  if (const auto state = xdp_state(link.info.interface_index)) described.mode = state->mode;
  return described;
}

std::uint32_t id_of(const std::optional<Map>& map) { return map ? map->info().id : 0; }

/// Describes the program that a link holds, from the list of all programs. The list lacks a program
/// that was loaded after it was read.
void describe_program(FilterLink& link, const FilterStatus& pinned,
                      const std::vector<ProgramInfo>& all) {
  const auto program = std::ranges::find(all, link.program_id, &ProgramInfo::id);
  if (program == all.end()) return;
  link.program = *program;
  link.uses_pinned_map = program->uses(pinned.map_id);
  link.uses_pinned_statistics = program->uses(pinned.statistics_id);
  link.destinations = uses_destinations(*program);
  link.replies = program_flag(*program, "passes_replies");
  link.established = program_flag(*program, "passes_established");
  link.map_id = *link.uses_pinned_map ? pinned.map_id : rules_of(*program);
}

/// Call it once the ids of the pinned maps are set.
void describe_interfaces(FilterStatus& status, const FilterPins& pins) {
  for (const PinnedLink& link : filter_links(pins, &status.closed_links))
    status.links.push_back(describe(link));
  if (status.links.empty() && status.map_id == 0) return;
  const std::optional<std::vector<ProgramInfo>> all = find_programs();
  if (all && status.map_id != 0)
    status.programs = std::ranges::count_if(
        *all, [&](const ProgramInfo& program) { return program.uses(status.map_id); });
  for (FilterLink& link : status.links)
    if (link.place == FilterPlace::gone)
      link.uses_pinned_map = link.uses_pinned_statistics = false;
    else if (all)
      describe_program(link, status, *all);
}

bool is_by_destination(const filter_key& key) { return (key.family & FILTER_TO) != 0; }

/// Anybody may have written the value: it need not be a filter_action.
std::uint32_t action_in(ByteView value) {
  std::uint32_t action = 0;
  static_assert(sizeof action == sizeof(filter_rule::action) && offsetof(filter_rule, action) == 0);
  std::memcpy(&action, value.data(), sizeof action);
  return action;
}

void count_rules(FilterStatus& status, const Map& rules) {
  for (const auto& [key, value] : entries<filter_key, ByteView>(rules)) {
    const std::uint32_t action = action_in(value);
    ++status.rules;
    if (is_by_destination(key)) ++status.destination_rules;
    if (action != FILTER_DROP && action != FILTER_PASS) ++status.bad_rules;
  }
}

}  // namespace

std::vector<VerdictTotals> verdict_totals(const FilterPins& pins) {
  const std::optional<Map> statistics = open_filter_statistics(pins);
  std::vector<VerdictTotals> cpus;
  if (!statistics) return cpus;
  cpus.resize(possible_cpus().size());
  for (std::uint32_t verdict = 0; verdict < filter_verdict_count; ++verdict) {
    const std::optional<Bytes> slots = statistics->get(bytes_of(verdict));
    for (std::size_t cpu = 0; slots && cpu < cpus.size(); ++cpu) {
      ::filter_totals slot{};
      std::memcpy(&slot, slots->data() + cpu * sizeof slot, sizeof slot);
      cpus[cpu][verdict] = {slot.packets, slot.bytes};
    }
  }
  return cpus;
}

VerdictTotals sum(const std::vector<VerdictTotals>& cpus) {
  VerdictTotals sum{};
  for (const VerdictTotals& cpu : cpus)
    for (std::size_t verdict = 0; verdict < filter_verdict_count; ++verdict) {
      sum[verdict].packets += cpu[verdict].packets;
      sum[verdict].bytes += cpu[verdict].bytes;
    }
  return sum;
}

std::optional<bool> uses_destinations(const ProgramInfo& program) {
  return program_flag(program, "use_destinations");
}

bool drops_by_default(const Map& rules) {
  const filter_key everything{};
  const std::optional<Bytes> value = rules.get_exact(bytes_of(everything));
  return value && action_in(*value) == FILTER_DROP;
}

std::size_t count_destination_rules(const Map& rules) {
  std::size_t count = 0;
  for (const auto& [key, value] : entries<filter_key, ByteView>(rules))
    if (is_by_destination(key)) ++count;
  return count;
}

std::vector<FilterLink> filter_interfaces(const FilterPins& pins) {
  check_filter_directory(pins.directory());
  FilterStatus status;
  status.map_id = id_of(open_filter_rules(pins));
  status.statistics_id = id_of(open_filter_statistics(pins));
  describe_interfaces(status, pins);
  return std::move(status.links);
}

FilterStatus filter_status(const FilterPins& pins) {
  check_filter_directory(pins.directory());
  FilterStatus status{.default_action = "pass"};
  if (const std::optional<Map> rules = open_filter_rules(pins)) {
    status.map_id = rules->info().id;
    status.max_entries = rules->info().max_entries;
    count_rules(status, *rules);
    status.default_action = drops_by_default(*rules) ? "drop" : "pass";
  }
  status.statistics_id = id_of(open_filter_statistics(pins));
  describe_interfaces(status, pins);
  status.cpus = verdict_totals(pins);
  status.totals = sum(status.cpus);
  return status;
}

}  // namespace mapctl
