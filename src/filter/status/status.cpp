// Reads the status from the filter's links, map and statistics.

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "filter.h"
#include "filter/objects/links.hpp"
#include "filter/objects/maps.hpp"
#include "filter/objects/pins.hpp"
#include "filter/objects/rodata_flag.hpp"
#include "filter/objects/xdp_link.hpp"
#include "map/error/kernel_error.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/filter/status.hpp"
#include "mapctl/info.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

namespace {

/// All programs in the kernel; nullopt if the caller may not list them.
std::optional<std::vector<ProgramInfo>> visible_programs() {
  try {
    return programs();
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
    return std::nullopt;
  }
}

bool uses(const ProgramInfo& program, std::uint32_t map_id) {
  return std::ranges::find(program.map_ids, map_id) != program.map_ids.end();
}

FilterLink describe(const PinnedLink& link) {
  FilterLink described{.interface = link.interface,
                       .place = link.place,
                       .pin = link.pin.string(),
                       .link_id = link.info.id,
                       .program_id = link.info.program_id};
  if (link.place == FilterPlace::here) described.mode = xdp_mode(link.info.interface_index);
  return described;
}

struct PinnedMaps {
  std::uint32_t rules = 0;  ///< 0: none is pinned
  std::uint32_t statistics = 0;
};

std::uint32_t id_of(const std::optional<Map>& map) { return map ? map->info().id : 0; }

PinnedMaps pinned_maps(const FilterPins& pins) {
  return {id_of(open_filter_rules(pins)), id_of(open_filter_statistics(pins))};
}

/// Describes the program that a link holds, from the list of all programs. The list lacks a program
/// that was loaded after it was read.
void describe_program(FilterLink& link, const PinnedMaps& maps,
                      const std::vector<ProgramInfo>& all) {
  const auto program = std::ranges::find(all, link.program_id, &ProgramInfo::id);
  if (program == all.end()) return;
  link.program = *program;
  link.uses_pinned_map = uses(*program, maps.rules);
  link.uses_pinned_statistics = uses(*program, maps.statistics);
  link.destinations = uses_destinations(*program);
  link.map_id = *link.uses_pinned_map ? maps.rules : rules_of(*program);
}

struct Interfaces {
  std::vector<FilterLink> links{};
  std::optional<std::size_t> programs{};  ///< the number of programs that use the rules
};

Interfaces describe_interfaces(const FilterPins& pins, const PinnedMaps& maps) {
  Interfaces found;
  for (const PinnedLink& link : filter_links(pins)) found.links.push_back(describe(link));
  if (found.links.empty() && maps.rules == 0) return found;
  const std::optional<std::vector<ProgramInfo>> all = visible_programs();
  if (all && maps.rules != 0)
    found.programs = std::ranges::count_if(
        *all, [&](const ProgramInfo& program) { return uses(program, maps.rules); });
  for (FilterLink& link : found.links)
    if (link.place == FilterPlace::gone)
      link.uses_pinned_map = link.uses_pinned_statistics = false;
    else if (all)
      describe_program(link, maps, *all);
  return found;
}

bool is_by_destination(ByteView key) {
  return (std::to_integer<unsigned>(key[offsetof(filter_key, family)]) & FILTER_TO) != 0;
}

/// Anybody may have written the value: it need not be a filter_action.
std::uint32_t action_in(ByteView value) {
  std::uint32_t action = 0;
  static_assert(sizeof action == sizeof(filter_rule::action) && offsetof(filter_rule, action) == 0);
  std::memcpy(&action, value.data(), sizeof action);
  return action;
}

std::string default_action(const Map& map) {
  const filter_key everything{};
  const std::optional<Bytes> value = map.get_exact(bytes_of(everything));
  return value && action_in(*value) == FILTER_DROP ? "drop" : "pass";
}

void count_rules(FilterStatus& status, const Map& rules) {
  MapReader reader(rules);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i) {
      const std::uint32_t action = action_in(chunk->value(i));
      ++status.rules;
      if (is_by_destination(chunk->key(i))) ++status.destination_rules;
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

std::size_t count_destination_rules(const Map& rules) {
  std::size_t count = 0;
  MapReader reader(rules, MapReader::Wanted::keys);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i)
      if (is_by_destination(chunk->key(i))) ++count;
  return count;
}

std::vector<FilterLink> filter_interfaces(const FilterPins& pins) {
  check_filter_directory(pins.directory());
  return describe_interfaces(pins, pinned_maps(pins)).links;
}

FilterStatus filter_status(const FilterPins& pins) {
  check_filter_directory(pins.directory());
  FilterStatus status{.default_action = "pass"};
  if (const std::optional<Map> rules = open_filter_rules(pins)) {
    status.map_id = rules->info().id;
    status.max_entries = rules->info().max_entries;
    count_rules(status, *rules);
    status.default_action = default_action(*rules);
  }
  const PinnedMaps maps{status.map_id, id_of(open_filter_statistics(pins))};
  Interfaces interfaces = describe_interfaces(pins, maps);
  status.links = std::move(interfaces.links);
  status.programs = interfaces.programs;
  status.statistics_id = maps.statistics;
  status.cpus = verdict_totals(pins);
  status.totals = sum(status.cpus);
  return status;
}

}  // namespace mapctl
