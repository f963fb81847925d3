#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "commands.hpp"
#include "map_ref.hpp"
#include "map_row.hpp"
#include "map_survey.hpp"

namespace mapctl::cli {

namespace {

/// The ids to list: all of the kernel's, or those with a pin that can be read.
std::vector<std::uint32_t> visible_ids(const PinsById& pins) {
  try {
    return map_ids();
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
  }
  note("this is not all: listing maps that are not pinned needs CAP_SYS_ADMIN");
  std::vector<std::uint32_t> ids;
  for (const auto& [id, paths] : pins) ids.push_back(id);
  return ids;
}

/// By its pin where ids may not be used; nothing where the map is gone meanwhile,
/// or another one is pinned there.
std::optional<Map> open_visible(std::uint32_t id, std::span<const std::string> pins) {
  try {
    Map map = pins.empty() ? Map::open(id, Access::read_only)
                           : Map::open(std::filesystem::path{pins.front()}, Access::read_only);
    return map.info().id == id ? std::optional{std::move(map)} : std::nullopt;
  } catch (const Error& error) {
    if (error.cause() != Cause::not_found) throw;
    return std::nullopt;
  }
}

bool matches(const Map& map, std::span<const std::string> pins, const ListOptions& options) {
  if (!options.type.empty() && map.info().type != map_type_called(options.type)) return false;
  if (options.pattern.empty()) return true;
  const auto fits = [&](const std::string& name) {
    return fnmatch(options.pattern.c_str(), name.c_str(), 0) == 0;
  };
  return fits(map.info().name) || std::ranges::any_of(pins, [&](const std::string& pin) {
           return fits(pin) || fits(std::filesystem::path{pin}.filename().string());
         });
}

}  // namespace

Exit list(const ListOptions& options, const Session& session) {
  if (!options.type.empty()) map_type_called(options.type);
  const PinsById pins = pins_by_id();
  Results results(session, Document::list, map_columns());
  for (const std::uint32_t id : visible_ids(pins)) {
    const std::vector<std::string> paths = pins_of(pins, id);
    const std::optional<Map> map = open_visible(id, paths);
    if (!map || !matches(*map, paths, options)) continue;
    results->begin_struct();
    write_map_members(*results, *map, paths);
    results->end_struct();
  }
  results.finish();
  return Exit::done;
}

}  // namespace mapctl::cli
