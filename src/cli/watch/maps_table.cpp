#include "cli/watch/maps_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "cli/naming/map_survey.hpp"
#include "cli/output/output.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

namespace {

/// As for metrics: a walk over other maps than the kernel counts gives up here.
constexpr std::uint32_t most_walked = QuickCounts::usual_walk;

Schema row_schema() { return {.key = {}, .value = map_row_layout()}; }

std::optional<Expression> condition(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  return Expression{row_schema(), texts};
}

std::optional<double> rate_of(double before, double now, double seconds) {
  if (before == now || seconds <= 0) return std::nullopt;
  return (now - before) / seconds;
}

LiveCell number_cell(std::string text, std::optional<double> rate = {}) {
  return {std::move(text), true, rate.has_value(), rate};
}

LiveRow live_row(const MapGrowth& map) {
  const MapInfo& info = map.now.info;
  const std::optional<double> fill = map.now.fill();
  const std::optional<double> full_in = map.full_in();
  return {map.change,
          {number_cell(fmt::format_int(info.id).str()),
           {info.name},
           {std::string{type_name(info.type)}},
           number_cell(map.now.entries ? fmt::format_int(*map.now.entries).str() : "-",
                       map.entries_rate),
           number_cell(fmt::format_int(info.max_entries).str()),
           number_cell(fill ? fmt::format("{:.0f}%", std::floor(*fill)) : "-"),
           number_cell(full_in ? about(*full_in) : ""),
           number_cell(human_size(map.now.usage.memlock), map.memory_rate),
           {joined(map.now.pins)}}};
}

}  // namespace

std::optional<double> MapGrowth::full_in() const {
  if (!now.fill() || !entries_rate || *entries_rate <= 0) return std::nullopt;
  const auto left = static_cast<double>(now.info.max_entries) - static_cast<double>(*now.entries);
  return std::max(left, 0.0) / *entries_rate;
}

MapsLook::MapsLook(const std::vector<std::string>& where, const std::vector<std::string>& until)
    : where_(condition(where)), until_(condition(until)) {}

bool MapsLook::look() {
  const Clock::time_point now = Clock::now();
  const double seconds = time_ ? std::chrono::duration<double>(now - *time_).count() : 0;
  const bool is_first = !time_;
  const Quiet quiet(!is_first);
  time_ = now;
  maps_.clear();
  std::map<std::uint32_t, MapRow> rows;
  bool is_fulfilled = false;
  QuickCounts counts = QuickCounts::of_many(most_walked);
  for_each_map(pins_by_id(), [&](const Map& map, const std::vector<std::string>& pins) {
    MapRow row(map, pins, counts.of(map));
    const Bytes bytes = map_row_bytes(row);
    if (where_ && !where_->holds({{}, bytes})) return true;
    is_fulfilled |= until_ && until_->holds({{}, bytes});
    maps_.push_back(compared(row, seconds));
    if (is_first) maps_.back().change = Change::none;
    rows.emplace(row.info.id, std::move(row));
    return true;
  });
  for (const auto& [id, row] : last_)
    if (!rows.contains(id)) maps_.push_back({row, Change::removed});
  std::ranges::sort(maps_, {}, [](const MapGrowth& map) { return map.now.info.id; });
  last_ = std::move(rows);
  return is_fulfilled;
}

MapGrowth MapsLook::compared(MapRow now, double seconds) const {
  const auto found = last_.find(now.info.id);
  if (found == last_.end()) return {std::move(now), Change::added};
  const MapRow& before = found->second;
  MapGrowth map{std::move(now)};
  if (before.entries && map.now.entries)
    map.entries_rate = rate_of(static_cast<double>(*before.entries),
                               static_cast<double>(*map.now.entries), seconds);
  map.memory_rate = rate_of(static_cast<double>(before.usage.memlock),
                            static_cast<double>(map.now.usage.memlock), seconds);
  if (map.entries_rate || map.memory_rate) map.change = Change::changed;
  return map;
}

std::string MapsTable::title() const {
  std::uint64_t memory = 0;
  std::size_t count = 0;
  for (const MapGrowth& map : look_.maps()) {
    if (map.change == Change::removed) continue;
    memory += map.now.usage.memlock;
    ++count;
  }
  return fmt::format("{} map{}  {}", count, count == 1 ? "" : "s", human_size(memory));
}

std::vector<std::string> MapsTable::columns() const {
  return {"id", "name", "type", "entries", "max_entries", "fill", "full in", "memory", "pinned"};
}

void MapsTable::check(const Selection& selection) const { Selector{selection, row_schema(), {}}; }

void MapsTable::select(const Selection& selection, bool only_changes,
                       const std::function<void(const MapGrowth&)>& each) const {
  const std::vector<MapGrowth>& maps = look_.maps();
  Selector selector(selection, row_schema(), [&](ByteView index, ByteView) {
    std::uint32_t number = 0;
    std::memcpy(&number, index.data(), sizeof number);
    each(maps[number]);
  });
  for (std::uint32_t i = 0; i < maps.size(); ++i) {
    if (only_changes && maps[i].change == Change::none) continue;
    if (!selector.take(bytes_of(i), map_row_bytes(maps[i].now))) break;
  }
  selector.finish();
}

std::vector<LiveRow> MapsTable::rows(const LiveChoice& choice) {
  std::vector<LiveRow> rows;
  std::size_t passed = 0;
  select(within(choice), choice.only_changes, [&](const MapGrowth& map) {
    if (passed++ >= choice.first) rows.push_back(live_row(map));
  });
  return rows;
}

std::size_t MapsTable::count(const LiveChoice& choice) {
  std::size_t count = 0;
  select(choice.selection, choice.only_changes, [&](const MapGrowth&) { ++count; });
  return count;
}

std::string about(double seconds) {
  struct Unit {
    double seconds;
    std::string_view name;
  };
  constexpr Unit units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}};
  for (const Unit& unit : units)
    if (seconds >= unit.seconds) return fmt::format("{:.0f} {}", seconds / unit.seconds, unit.name);
  return fmt::format("{:.0f} s", seconds);
}

}  // namespace mapctl::cli
