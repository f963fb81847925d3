#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>

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
  bool pinned = false;               ///< only maps with a pin
  bool pids = false;                 ///< also show the processes that have them open
  bool count = false;                ///< count the entries of large maps, too
  std::vector<std::string> above{};  ///< 80%, or MAP=80%
  Selection selection{};
};

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

/// The share of a map that may be in use, in percent.
double share_of(std::string_view text) {
  double share = -1;
  if (text.ends_with('%')) {
    const char* const end = text.data() + text.size() - 1;
    if (std::from_chars(text.data(), end, share).ptr != end) share = -1;
  }
  if (share >= 0 && share < 100) return share;
  throw usage_error(fmt::format("--above: '{}' is not a share from 0% to below 100%", text),
                    {"give one for all maps, such as 80%, or for one map: MAP=80%"});
}

/// The options --above: how full maps may be.
class MostFull {
 public:
  explicit MostFull(std::span<const std::string> texts) : is_wanted_(!texts.empty()) {
    for (const std::string& text : texts) {
      const std::size_t sign = text.rfind('=');
      if (sign == text.npos)
        of_all_ = share_of(text);
      else
        add(text.substr(0, sign), share_of(std::string_view{text}.substr(sign + 1)));
    }
  }

  bool is_wanted() const { return is_wanted_; }
  bool concerns_all() const { return of_all_.has_value(); }
  bool names(const MapInfo& map) const { return by_id_.contains(map.id); }

  /// LRU maps are full by design, so they are checked only by name.
  bool is_above(const MapRow& row) const {
    const std::optional<double> share = share_for(row.info);
    if (!share) return false;
    if (!row.entries && names(row.info))
      throw Failed({"busy", Exit::refused,
                    fmt::format("cannot tell how full {} is", mapctl::label(row.info)),
                    "its entries cannot be counted now"});
    return row.fill().value_or(0) > *share;
  }

 private:
  void add(const std::string& reference, double share) {
    const Map map = open_map(reference, Access::read_only);
    const MapInfo& info = map.info();
    const bool is_array = is_array_like(info.type);
    if (is_array || !can(info.type, Operation::next_key))
      throw Failed(
          {"unsupported", Exit::refused, fmt::format("cannot tell how full {} is", map.label()),
           is_array ? "every index of an array exists from the start"
                    : fmt::format("the entries of a {} cannot be counted", type_name(info.type))});
    by_id_[info.id] = share;
  }

  std::optional<double> share_for(const MapInfo& map) const {
    if (const auto found = by_id_.find(map.id); found != by_id_.end()) return found->second;
    return is_lru(map.type) ? std::nullopt : of_all_;
  }

  bool is_wanted_;
  std::optional<double> of_all_{};
  std::map<std::uint32_t, double> by_id_{};
};

/// Notes that selecting by the number of entries had nothing to look at in some maps.
void note_uncounted(const ListOptions& options, bool checks_all, std::size_t uncounted) {
  std::string texts = options.selection.sort;
  for (const std::string& text : options.selection.where) texts += ' ' + text;
  const auto names = [&](const char* field) { return texts.find(field) != texts.npos; };
  if (uncounted == 0 || !(checks_all || names("fill") || names("entries"))) return;
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

  const MostFull most_full(options.above);

  std::vector<Column> columns = for_people ? map_columns_for_people() : map_columns();
  if (most_full.is_wanted() && !for_people) columns.push_back({"fill"});
  if (options.pids) columns.push_back({"pids"});
  const bool prints_fill = session.format != Format::plain || most_full.is_wanted();
  std::vector<MapRow> rows;
  std::optional<Results> results;
  std::size_t printed = 0;
  const auto print = [&](ByteView index, ByteView) {
    const MapRow& row = rows[index_of(index)];
    Output& output = **results;
    output.begin_struct();
    const bool takes_more = write_map_members(output, row);
    if (takes_more && prints_fill) Row(output).percent("fill", row.fill());
    if (options.pids) write_holders(output, holders.by_map[row.info.id], for_people);
    output.end_struct();
    ++printed;
  };
  Selector selector(options.selection, {.key = {}, .value = map_row_layout()}, print);
  results.emplace(session, Document::list, std::move(columns));
  QuickCounts counts;
  std::size_t uncounted = 0;
  for_each_map(pins, [&](const Map& map, const std::vector<std::string>& paths) {
    if ((options.pinned && paths.empty()) || !matches(map.info(), paths, filter)) return true;
    std::optional<std::uint64_t> entries = counts.of(map);
    if (!entries && (options.count || most_full.names(map.info()))) entries = walked_count(map);
    if (!entries && can(map.info().type, Operation::next_key)) ++uncounted;
    MapRow row(map, paths, entries);
    if (most_full.is_wanted() && !most_full.is_above(row)) return true;
    rows.push_back(std::move(row));
    const auto index = static_cast<std::uint32_t>(rows.size() - 1);
    return selector.take(bytes_of(index), map_row_bytes(rows.back()));
  });
  selector.finish();
  results->finish();
  if (!options.count) note_uncounted(options, most_full.concerns_all(), uncounted);
  return most_full.is_wanted() && printed > 0 ? Exit::no : Exit::done;
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
    option<&ListOptions::above>(
        "--above", ValueKind::share,
        "only maps that are fuller, and exit 1 if there is one; P%, or MAP=P% for that map, again "
        "and again; LRU maps only by name"),
    flag<&ListOptions::count>("--count", "count the entries of large maps, too; slow"),
    flag<&ListOptions::pids>("--pids", "print which processes have each map open; slow"),
};

}  // namespace

const Command list_command("list,ls", "list maps", Types::none, action_of<list>, list_options,
                           "list\n"
                           "list --where 'fill > 80%' --sort -memory --limit 10\n"
                           "list --above 80% --above visits=95%");

}  // namespace mapctl::cli
