// What the filter's links, map and statistics say.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "filter.h"
#include "filter_pins.hpp"
#include "kernel_error.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/filter.hpp"
#include "mapctl/map.hpp"
#include "mapctl/pin.hpp"
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

void check_shape(const MapInfo& map, const fs::path& pin) {
  if (map.type == MapType::lpm_trie && map.key_size == sizeof(filter_key) &&
      map.value_size == sizeof(filter_rule))
    return;
  throw kernel_error(Operation::open, 0, "read the filter's rules",
                     {.cause = Cause::exists,
                      .reason = fmt::format("another kind of map is pinned at {}", pin.string()),
                      .fix = {"name the directory that the filter was loaded with"}});
}

bool uses_map(std::uint32_t program_id, std::uint32_t map_id, const std::vector<ProgramInfo>& all) {
  const auto program = std::ranges::find(all, program_id, &ProgramInfo::id);
  return program != all.end() &&
         std::ranges::find(program->map_ids, map_id) != program->map_ids.end();
}

FilterLink describe(const fs::path& pin, std::uint32_t map_id,
                    const std::vector<ProgramInfo>& all) {
  FilterLink result{.interface = interface_of_pin(pin).value_or(""), .pin = pin.string()};
  const std::optional<Fd> link = open_xdp_link(pin);
  const XdpLinkInfo info = link ? read_xdp_link(*link) : XdpLinkInfo{};
  result.link_id = info.id;
  result.program_id = info.program_id;
  result.defunct = info.interface_index == 0;
  if (result.defunct) return result;
  result.interface = interface_name(info.interface_index);
  result.mode = xdp_mode(info.interface_index).value_or(XdpMode::native);
  result.uses_pinned_map = uses_map(info.program_id, map_id, all);
  return result;
}

std::string default_action(const Map& map) {
  const filter_key everything{};
  if (map.info().key_size != sizeof everything) return "pass";
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

FilterStatus filter_status(const fs::path& directory) {
  FilterStatus status{.default_action = "pass"};
  const std::optional<Map> map = open_pinned(directory / filter_map_name);
  if (map) {
    check_shape(map->info(), directory / filter_map_name);
    status.map_id = map->info().id;
    status.max_entries = map->info().max_entries;
    status.rules = count_entries(*map);
    status.default_action = default_action(*map);
  }
  const std::vector<fs::path> pins = filter_link_pins(directory);
  const std::vector<ProgramInfo> all = pins.empty() ? std::vector<ProgramInfo>{} : programs();
  for (const fs::path& pin : pins) status.links.push_back(describe(pin, status.map_id, all));
  if (const std::optional<Map> stats = open_pinned(directory / filter_stats_name))
    for (std::uint32_t i = 0; i < filter_verdict_count; ++i)
      if (const auto slots = stats->get(bytes_of(i))) status.totals[i] = sum_over_cpus(*slots);
  return status;
}

}  // namespace mapctl
