#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "cli/command/commands.hpp"
#include "cli/entry/map_row.hpp"
#include "cli/entry/selection.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/output/row.hpp"
#include "map/map_error.hpp"
#include "mapctl/holders.hpp"

namespace mapctl::cli {

namespace {

struct ListOptions {
  std::string pattern{};
  std::string type{};
  bool pinned = false;  ///< only maps with a pin
  bool pids = false;    ///< also show the processes that have them open
  bool count = false;   ///< count the entries of large maps, too
  Selection selection{};
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

/// Notes that selecting by the number of entries had nothing to look at in some maps.
void note_uncounted(const Selection& selection, std::size_t uncounted) {
  std::string texts = selection.sort;
  for (const std::string& text : selection.where) texts += ' ' + text;
  const auto names = [&](const char* field) { return texts.find(field) != texts.npos; };
  if (uncounted == 0 || !(names("fill") || names("entries"))) return;
  note(fmt::format("the entries of {} large map{} were not counted, which takes long: list --count",
                   uncounted, uncounted == 1 ? "" : "s"));
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
  std::vector<MapRow> rows;
  std::optional<Results> results;
  const auto print = [&](ByteView index, ByteView) {
    const MapRow& row = rows[index_of(index)];
    Output& output = **results;
    output.begin_struct();
    const bool takes_more = write_map_members(output, row);
    if (takes_more && session.format != Format::plain) Row(output).percent("fill", row.fill());
    if (options.pids) write_holders(output, holders.by_map[row.info.id], for_people);
    output.end_struct();
  };
  Selector selector(options.selection, {.key = {}, .value = map_row_layout()}, print);
  results.emplace(session, Document::list, std::move(columns));
  QuickCounts counts;
  std::size_t uncounted = 0;
  for (const std::uint32_t id : visible_ids(pins)) {
    const std::vector<std::string> paths = pins_of(pins, id);
    if (options.pinned && paths.empty()) continue;
    const std::optional<Map> map = open_visible(id, paths);
    if (!map || !matches(map->info(), paths, filter)) continue;
    const auto entries = options.count ? walked_count(*map) : counts.of(*map);
    if (!entries && can(map->info().type, Operation::next_key)) ++uncounted;
    rows.emplace_back(*map, paths, entries);
    const auto index = static_cast<std::uint32_t>(rows.size() - 1);
    if (!selector.take(bytes_of(index), map_row_bytes(rows.back()))) break;
  }
  selector.finish();
  results->finish();
  if (!options.count) note_uncounted(options.selection, uncounted);
  return Exit::done;
}

constexpr Option list_options[] = {
    operand<&ListOptions::pattern>("PATTERN", ValueKind::text,
                                   "only maps whose name or pin fits, with * and ?")
        .optional(),
    option<&ListOptions::type>("-t,--type", ValueKind::map_type, "only maps of this type"),
    flag<&ListOptions::pinned>("--pinned", "only maps that are pinned"),
    option<&ListOptions::selection, &Selection::where>(
        "--where", ValueKind::expression,
        "only maps for which this holds: 'fill > 80% and type = hash'"),
    option<&ListOptions::selection, &Selection::sort>(
        "--sort", ValueKind::field,
        "in the order of fill, memory, entries, name, or another column; -COLUMN for the largest "
        "first"),
    number<&ListOptions::selection, &Selection::limit>("--limit", "at most that many maps").from(1),
    flag<&ListOptions::count>("--count", "count the entries of large maps, too; slow"),
    flag<&ListOptions::pids>("--pids", "print which processes have each map open; slow"),
};

}  // namespace

const Command list_command("list,ls", "list maps", Types::none, action_of<list>, list_options,
                           "list\n"
                           "list --where 'fill > 80%' --sort -memory --limit 10\n"
                           "list -t ringbuf --pids");

}  // namespace mapctl::cli
