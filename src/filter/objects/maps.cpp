#include "filter/objects/maps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "filter.h"
#include "filter/objects/pins.hpp"
#include "map/error/kernel_error.hpp"
#include "map/pin_open.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

/// Nullopt if nothing is pinned.
std::optional<Map> open_pinned(const fs::path& pin, PinOwner owner, MapType type,
                               std::size_t key_size, std::size_t value_size) {
  if (!is_pinned(pin)) return std::nullopt;
  Map map = Map::open(pin, Access::read_only, owner);
  const MapInfo& info = map.info();
  if (info.type == type && info.key_size == key_size && info.value_size == value_size) return map;
  throw kernel_error(
      Operation::open, 0, "read the filter's rules and statistics",
      {.cause = Cause::exists,
       .reason = fmt::format("another kind of map is pinned at {}", pin.string()),
       .fix = {"name the directory that the filter was loaded with",
               "if it is of an older version, load the filter: its rules and counters stay",
               {"remove the pin, if nobody needs it", Remedy::unpin, {pin.string()}}}});
}

/// The first answer that `read` gives about one of the program's maps; nullopt also if the program
/// is gone meanwhile, or a map cannot be opened.
template <typename Read>
std::invoke_result_t<Read, Map> from_maps_of(const ProgramInfo& program, Read read) {
  try {
    for (const std::uint32_t id : program.map_ids)
      if (auto answer = read(Map::open(id, Access::read_only))) return answer;
  } catch (const Error& error) {
    if (error.cause() == Cause::no_memory) throw;
  }
  return std::nullopt;
}

std::optional<bool> flag_in(const Map& map, std::string_view name) {
  const Layout variables = schema_of(map).value;
  const auto found = std::ranges::find(variables.members, name, &Member::name);
  if (found == variables.members.end()) return std::nullopt;
  const std::optional<Bytes> value = map.get(bytes_of(std::uint32_t{0}));
  if (!value || found->offset() >= value->size()) return std::nullopt;
  return (*value)[found->offset()] != std::byte{0};
}

}  // namespace

std::optional<Map> open_filter_rules(const FilterPins& pins) {
  return open_pinned(pins.rules(), pins.owner(), MapType::lpm_trie, sizeof(filter_key),
                     sizeof(filter_rule));
}

std::optional<Map> open_filter_statistics(const FilterPins& pins) {
  return open_pinned(pins.statistics(), pins.owner(), MapType::percpu_array, sizeof(filter_verdict),
                     sizeof(filter_totals));
}

std::uint32_t rules_of(const ProgramInfo& program) {
  const auto id = from_maps_of(program, [](const Map& map) {
    const bool is_trie = map.info().type == MapType::lpm_trie;
    return is_trie ? std::optional{map.info().id} : std::nullopt;
  });
  return id.value_or(0);
}

std::optional<bool> program_flag(const ProgramInfo& program, std::string_view name) {
  return from_maps_of(program, [name](const Map& map) {
    return map.info().name.ends_with(".rodata") ? flag_in(map, name) : std::nullopt;
  });
}

}  // namespace mapctl
