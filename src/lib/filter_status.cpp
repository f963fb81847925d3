// What the filter's links, map and statistics say.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "filter.h"
#include "filter_links.hpp"
#include "filter_pins.hpp"
#include "kernel_error.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/filter.hpp"
#include "mapctl/map.hpp"
#include "xdp_link.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

static_assert(filter_verdict_count == FILTER_VERDICTS);

std::optional<Map> open_pinned(const fs::path& pin) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(pin, ignored))) return std::nullopt;
  return Map::open(pin, Access::read_only);
}

[[noreturn]] void another_map(const fs::path& pin) {
  throw kernel_error(Operation::open, 0, "read the filter's rules and statistics",
                     {.cause = Cause::exists,
                      .reason = fmt::format("another kind of map is pinned at {}", pin.string()),
                      .fix = {"name the directory that the filter was loaded with"}});
}

std::optional<Map> open_rules(const fs::path& pin) {
  std::optional<Map> map = open_pinned(pin);
  if (map && (map->info().type != MapType::lpm_trie || map->info().key_size != sizeof(filter_key) ||
              map->info().value_size != sizeof(filter_rule)))
    another_map(pin);
  return map;
}

std::optional<Map> open_statistics(const fs::path& pin) {
  std::optional<Map> map = open_pinned(pin);
  if (map && (map->info().type != MapType::percpu_array ||
              map->info().value_size != sizeof(filter_totals)))
    another_map(pin);
  return map;
}

/// All programs of the kernel; nullopt where the caller may not ask.
std::optional<std::vector<ProgramInfo>> visible_programs() {
  try {
    return programs();
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
    return std::nullopt;
  }
}

bool uses_map(std::uint32_t program_id, std::uint32_t map_id, const std::vector<ProgramInfo>& all) {
  const auto program = std::ranges::find(all, program_id, &ProgramInfo::id);
  return program != all.end() &&
         std::ranges::find(program->map_ids, map_id) != program->map_ids.end();
}

FilterLink describe(const PinnedLink& link) {
  return {
      .interface = link.interface,
      .place = link.place,
      .pin = link.pin.string(),
      .mode = link.place == FilterPlace::here ? xdp_mode(link.info.interface_index) : std::nullopt,
      .link_id = link.info.id,
      .program_id = link.info.program_id};
}

std::vector<FilterLink> describe_links(const FilterPins& pins, std::uint32_t map_id) {
  std::vector<FilterLink> links;
  for (const PinnedLink& link : filter_links(pins)) links.push_back(describe(link));
  if (links.empty()) return links;
  const std::optional<std::vector<ProgramInfo>> all = visible_programs();
  for (FilterLink& link : links)
    if (link.place == FilterPlace::gone)
      link.uses_pinned_map = false;
    else if (all)
      link.uses_pinned_map = uses_map(link.program_id, map_id, *all);
  return links;
}

std::string default_action(const Map& map) {
  const filter_key everything{};
  const std::optional<Bytes> value = map.get_exact(bytes_of(everything));
  filter_rule rule{};
  if (value) std::memcpy(&rule, value->data(), std::min(sizeof rule, value->size()));
  return rule.action == FILTER_DROP ? "drop" : "pass";
}

FilterTotals sum_over_cpus(ByteView slots) {
  FilterTotals sum;
  for (; slots.size() >= sizeof(filter_totals); slots = slots.subspan(sizeof(filter_totals))) {
    filter_totals one{};
    std::memcpy(&one, slots.data(), sizeof one);
    sum.packets += one.packets;
    sum.bytes += one.bytes;
  }
  return sum;
}

}  // namespace

std::string_view name(XdpMode mode) {
  switch (mode) {
    case XdpMode::native:
      return "native";
    case XdpMode::skb:
      return "skb";
  }
  return {};
}

std::string_view name(FilterPlace place) {
  switch (place) {
    case FilterPlace::here:
      return "here";
    case FilterPlace::other_namespace:
      return "other_namespace";
    case FilterPlace::gone:
      return "gone";
  }
  return {};
}

std::string_view name(FilterVerdict verdict) {
  switch (verdict) {
    case FilterVerdict::pass_default:
      return "pass_default";
    case FilterVerdict::pass_rule:
      return "pass_rule";
    case FilterVerdict::drop_rule:
      return "drop_rule";
    case FilterVerdict::drop_default:
      return "drop_default";
    case FilterVerdict::non_ip:
      return "non_ip";
    case FilterVerdict::arp_nd:
      return "arp_nd";
    case FilterVerdict::malformed:
      return "malformed";
    case FilterVerdict::unparsed:
      return "unparsed";
    case FilterVerdict::fragment:
      return "fragment";
    case FilterVerdict::bad_rule:
      return "bad_rule";
  }
  return {};
}

FilterStatus filter_status(const FilterPins& pins) {
  check_filter_directory(pins.directory());
  FilterStatus status{.default_action = "pass"};
  if (const std::optional<Map> rules = open_rules(pins.rules())) {
    status.map_id = rules->info().id;
    status.max_entries = rules->info().max_entries;
    status.rules = count_entries(*rules);
    status.default_action = default_action(*rules);
  }
  status.links = describe_links(pins, status.map_id);
  if (const std::optional<Map> statistics = open_statistics(pins.statistics()))
    for (std::uint32_t i = 0; i < filter_verdict_count; ++i)
      if (const auto slots = statistics->get(bytes_of(i))) status.totals[i] = sum_over_cpus(*slots);
  return status;
}

}  // namespace mapctl
