#include "filter/objects/maps.hpp"

#include <fmt/format.h>

#include "filter.h"
#include "map/error/kernel_error.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

std::optional<Map> open_pinned(const fs::path& pin) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(pin, ignored))) return std::nullopt;
  return Map::open(pin, Access::read_only);
}

[[noreturn]] void another_map(const fs::path& pin) {
  throw kernel_error(
      Operation::open, 0, "read the filter's rules and statistics",
      {.cause = Cause::exists,
       .reason = fmt::format("another kind of map is pinned at {}", pin.string()),
       .fix = {"name the directory that the filter was loaded with",
               {"remove the pin, if nobody needs it", Remedy::unpin, {pin.string()}}}});
}

}  // namespace

std::optional<Map> open_filter_rules(const FilterPins& pins) {
  std::optional<Map> map = open_pinned(pins.rules());
  if (map && (map->info().type != MapType::lpm_trie || map->info().key_size != sizeof(filter_key) ||
              map->info().value_size != sizeof(filter_rule)))
    another_map(pins.rules());
  return map;
}

std::optional<Map> open_filter_statistics(const FilterPins& pins) {
  std::optional<Map> map = open_pinned(pins.statistics());
  if (map && (map->info().type != MapType::percpu_array ||
              map->info().value_size != sizeof(filter_totals)))
    another_map(pins.statistics());
  return map;
}

std::uint32_t rules_of(const ProgramInfo& program) {
  try {
    for (const std::uint32_t id : program.map_ids)
      if (Map::open(id, Access::read_only).info().type == MapType::lpm_trie) return id;
  } catch (const Error&) {  // the map cannot be opened
  }
  return 0;
}

}  // namespace mapctl
