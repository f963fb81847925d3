#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "cli/command/commands.hpp"
#include "cli/entry/map_row.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/output/row.hpp"
#include "mapctl/holders.hpp"

namespace mapctl::cli {

namespace {

struct ListOptions {
  std::string pattern{};
  std::string type{};
  bool pinned = false;  ///< only maps with a pin
  bool pids = false;    ///< also show the processes that have them open
};

/// The ids to list: all ids of the kernel, or only those with a readable pin.
std::vector<std::uint32_t> visible_ids(const PinsById& pins) {
  try {
    return map_ids();
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
  }
  note("this is not all: without CAP_SYS_ADMIN only maps with a pin that you may read are listed");
  std::vector<std::uint32_t> ids;
  for (const auto& [id, paths] : pins) ids.push_back(id);
  return ids;
}

/// Returns nothing if the pin is gone by now, or if another object is pinned there.
std::optional<Map> open_pinned(const std::string& pin, std::uint32_t id) {
  try {
    Map map = Map::open(std::filesystem::path{pin}, Access::read_only);
    return map.info().id == id ? std::optional{std::move(map)} : std::nullopt;
  } catch (const Error& error) {
    if (error.cause() == Cause::no_memory) throw;
    return std::nullopt;
  }
}

/// Opens by pin if ids are not permitted; returns nothing if the map is gone by now.
std::optional<Map> open_visible(std::uint32_t id, std::span<const std::string> pins) {
  try {
    return Map::open(id, Access::read_only);
  } catch (const Error& error) {
    if (error.cause() == Cause::not_found) return std::nullopt;
    if (error.cause() != Cause::permission) throw;
  }
  for (const std::string& pin : pins)
    if (std::optional<Map> map = open_pinned(pin, id)) return map;
  return std::nullopt;
}

/// The options that select maps.
struct Filter {
  std::string pattern;
  std::optional<MapType> type;
};

bool matches(const MapInfo& map, std::span<const std::string> pins, const Filter& filter) {
  if (filter.type && map.type != *filter.type) return false;
  if (filter.pattern.empty()) return true;
  const auto fits = [&](const std::string& name) {
    return fnmatch(filter.pattern.c_str(), name.c_str(), 0) == 0;
  };
  return fits(map.name) || std::ranges::any_of(pins, [&](const std::string& pin) {
           const std::filesystem::path path{pin};
           return fits(pin) || fits(path.filename().string()) ||
                  fits(path.lexically_relative(bpffs_directory()).string());
         });
}

std::string what_hides(const MapHolders& holders) {
  if (holders.closed == 0) return "/proc does not show those of others: see hidepid in proc(5)";
  return fmt::format("/proc/{}/fd{} cannot be read: {}{}", holders.first_closed,
                     holders.closed == 1 ? "" : fmt::format(" and {} more", holders.closed - 1),
                     std::strerror(holders.error_number),
                     geteuid() == 0 ? "" : "; that needs CAP_SYS_PTRACE");
}

Exit list(const ListOptions& options, const Session& session) {
  Filter filter{options.pattern, std::nullopt};
  if (!options.type.empty()) filter.type = map_type_called(options.type);
  const bool for_people = session.format == Format::table;
  const PinsById pins = pins_by_id();
  MapHolders holders;
  if (options.pids) holders = map_holders();
  if (!holders.complete) note("the processes are not all: " + what_hides(holders));

  std::vector<Column> columns = for_people ? map_columns_for_people() : map_columns();
  if (options.pids) columns.push_back({"pids"});
  Results results(session, Document::list, std::move(columns));
  for (const std::uint32_t id : visible_ids(pins)) {
    const std::vector<std::string> paths = pins_of(pins, id);
    if (options.pinned && paths.empty()) continue;
    const std::optional<Map> map = open_visible(id, paths);
    if (!map || !matches(map->info(), paths, filter)) continue;
    const std::optional<std::uint64_t> entries = quick_count(*map);
    results->begin_struct();
    write_map_members(*results, *map, paths, entries);
    if (for_people) write_fill(*results, map->info(), entries);
    if (options.pids) write_holders(*results, holders.by_map[id], for_people);
    results->end_struct();
  }
  results.finish();
  return Exit::done;
}

constexpr Option list_options[] = {
    operand<&ListOptions::pattern>("PATTERN", ValueKind::text,
                                   "only maps whose name or pin fits, with * and ?")
        .optional(),
    option<&ListOptions::type>("-t,--type", ValueKind::map_type, "only maps of this type"),
    flag<&ListOptions::pinned>("--pinned", "only maps that are pinned"),
    flag<&ListOptions::pids>("--pids", "print which processes have each map open; slow"),
};

}  // namespace

const Command list_command("list,ls", "list maps", Types::none, action_of<list>, list_options,
                           "list\n"
                           "list 'filter*' --pinned\n"
                           "list -t ringbuf --pids");

}  // namespace mapctl::cli
