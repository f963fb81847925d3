// watch: shows the entries of a map, or all maps, as they change: on a screen, or line by line.

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include "cli/command/commands.hpp"
#include "cli/entry/selection.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/output/row.hpp"
#include "cli/watch/entries_table.hpp"
#include "cli/watch/maps_table.hpp"
#include "cli/watch/show.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

struct WatchOptions {
  std::string map;  ///< empty: all maps
  std::vector<std::string> keys{};
  Selection selection{};
  std::optional<std::uint32_t> interval = 1000;  ///< milliseconds
  std::optional<std::uint32_t> count{};          ///< looks
  std::vector<std::string> until{};
  std::optional<std::uint32_t> timeout{};  ///< milliseconds
};

/// "2026-12-01T08:00:00.250Z"
std::string time_now() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  std::tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%FT%T", &parts);
  return fmt::format("{}.{:03}Z", text.data(), now.tv_nsec / 1'000'000);
}

std::string_view name(Change change) {
  constexpr std::array<std::string_view, 4> names = {"", "added", "changed", "removed"};
  return names[static_cast<std::size_t>(change)];
}

/// Prints what changed, with the time of its look.
class ChangePrinter {
 public:
  ChangePrinter(const Session& session, std::vector<Column> columns)
      : results_(session.streaming(), Document::list, std::move(columns)) {}

  void begin_look() { time_ = time_now(); }

  void print(const Target& target, const Looks::Entry& entry) {
    begin(entry.change);
    results_->member("key");
    decode_key(target.shown().key, entry.key, *results_);
    print_value(target, "old", entry.old);
    print_value(target, "value", entry.value);
    results_->end_struct();
  }

  void print(const MapGrowth& map) {
    begin(map.change)
        .integer("id", map.now.info.id)
        .string("name", map.now.info.name)
        .integer("entries", map.now.entries)
        .integer("max_entries", map.now.info.max_entries)
        .percent("fill", map.now.fill())
        .bytes("bytes_memlock", map.now.usage.memlock)
        .decimal("entries_per_s", map.entries_rate)
        .decimal("full_in_s", map.full_in())
        .end();
  }

  void flush() { results_.flush(); }
  void finish() { results_.finish(); }

 private:
  Row begin(Change change) {
    return Row(*results_).begin().word("time", time_).word("op", name(change));
  }

  void print_value(const Target& target, std::string_view member, std::optional<ByteView> value) {
    results_->member(member);
    if (value)
      decode_value(target.shown(), *value, *results_, Texts::exact);  // bytes are compared
    else
      results_->null();
  }

  std::string time_;
  Results results_;
};

/// Waits for the next look. Returns early after an interrupt, and false if nobody reads any more.
bool wait(const Pace& pace) {
  constexpr std::chrono::milliseconds step{100};  // a signal just before the poll does not end it
  while (!pace.is_due() && !pace.is_over() && !interrupted()) {
    pollfd output{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
    ::poll(&output, 1, static_cast<int>(std::min(step, pace.wait()).count()));
    if ((output.revents & POLLERR) != 0) return false;
  }
  return true;
}

/// Calls look(), which tells if nobody has to wait any longer, again and again.
template <typename Look>
WatchEnd look_again_and_again(Pace pace, ChangePrinter& printer, Look look) {
  watch_interrupts();
  bool is_fulfilled = false;
  while (!is_fulfilled && !interrupted() && !pace.is_over()) {
    printer.begin_look();
    is_fulfilled = look();
    printer.flush();
    pace.looked();
    if (!is_fulfilled && !wait(pace)) return WatchEnd::reader_gone;
  }
  printer.finish();
  if (is_fulfilled) return WatchEnd::fulfilled;
  return interrupted() ? WatchEnd::stopped : WatchEnd::over;
}

/// Shows the table, whose condition has been tested by its look.
WatchEnd show(Pace pace, LiveTable& table, const WatchOptions& options) {
  return show_on_screen(
      pace, table, {.where = {}, .sort = options.selection.sort, .limit = options.selection.limit},
      fmt::format("mapctl watch{}{} -o jsonl", options.map.empty() ? "" : " ",
                  options.map.empty() ? "" : shell_word(options.map)));
}

/// A screen shows rows in an order; lines come as things change.
bool wants_screen(const WatchOptions& options, const Session& session) {
  if (session.format == Format::table && Stream(STDOUT_FILENO).is_terminal()) return true;
  if (!options.selection.sort.empty() || options.selection.limit)
    throw usage_error("--sort and --limit are for the screen: lines come as things change",
                      {"leave them out", "select entries with --where"});
  return false;
}

/// An entry is compared as a whole.
void refuse_variables(const std::vector<Encoded>& keys, const std::string& map) {
  if (std::ranges::none_of(keys, [](const Encoded& key) { return key.variable.has_value(); }))
    return;
  throw usage_error(
      fmt::format("{} has one entry with all global variables, which is watched as a whole", map),
      {"leave their names out", "wait for one of them: --until 'NAME = …'"});
}

WatchEnd watch_map(Pace pace, const WatchOptions& options, const Session& given) {
  const auto target =
      open_target(options.map, Operation::next_key, given.within(options.selection.where));
  std::optional<Expression> until;
  if (!options.until.empty()) until.emplace(selectable(*target), options.until);
  std::vector<Encoded> keys = encode_keys(*target, options.keys);
  refuse_variables(keys, options.map);
  MapLook look(*target, std::move(keys), std::move(until));
  if (wants_screen(options, given)) {
    EntriesTable table(look);
    return show(pace, table, options);
  }
  ChangePrinter printer(given, {{"time"}, {"op"}, {"key"}, {"old"}, {"value"}});
  return look_again_and_again(pace, printer, [&] {
    return look.look([&](const Looks::Entry& entry) { printer.print(*target, entry); });
  });
}

WatchEnd watch_all(Pace pace, const WatchOptions& options, const Session& session) {
  MapsLook look(options.selection.where, options.until);
  if (wants_screen(options, session)) {
    MapsTable table(look);
    return show(pace, table, options);
  }
  ChangePrinter printer(session, {{"time"},
                                  {"op"},
                                  {"id"},
                                  {"name"},
                                  {"entries"},
                                  {"max_entries"},
                                  {"fill"},
                                  {"bytes_memlock"},
                                  {"entries_per_s"},
                                  {"full_in_s"}});
  return look_again_and_again(pace, printer, [&] {
    const bool is_fulfilled = look.look();
    for (const MapGrowth& map : look.maps())
      if (map.change != Change::none) printer.print(map);
    return is_fulfilled;
  });
}

/// Whoever waits for something must not take a stop, or the end of the time, for it.
Exit watch(const WatchOptions& options, const Session& session) {
  if (*options.interval == 0)
    throw usage_error("--interval: there is no time between two looks", {"give at least 1ms"});
  std::optional<std::chrono::milliseconds> timeout;
  if (options.timeout) timeout.emplace(*options.timeout);
  const Pace pace(std::chrono::milliseconds{*options.interval}, options.count, timeout);
  const WatchEnd end =
      options.map.empty() ? watch_all(pace, options, session) : watch_map(pace, options, session);
  if (end == WatchEnd::reader_gone) return Exit::reader_gone;
  if (options.until.empty() || end == WatchEnd::fulfilled) return Exit::done;
  if (end == WatchEnd::stopped) return Exit::interrupted;
  return report({"timeout", Exit::no,
                 options.map.empty()
                     ? "no map fulfilled the condition in time"
                     : fmt::format("no entry of {} fulfilled the condition in time", options.map)});
}

constexpr Option watch_options[] = {
    map_operand<&WatchOptions::map>().optional(),
    operand<&WatchOptions::keys>("KEY", ValueKind::key, "only these entries").optional(),
    part_where<&WatchOptions::selection, &Selection::where>(),
    select_sort<&WatchOptions::selection>(),
    select_limit<&WatchOptions::selection>(),
    duration<&WatchOptions::interval>("--interval", "time between two looks (default: 1s)"),
    number<&WatchOptions::count>("--count", "end after that many looks, not counting the first")
        .from(1),
    option<&WatchOptions::until>("--until", ValueKind::expression,
                                 "end, with exit status 0, when this holds for an entry or a map"),
    duration<&WatchOptions::timeout>(
        "--timeout", "end after that time, with exit status 1 if --until did not come true"),
};

}  // namespace

const Command watch_command("watch", "show what changes in a map, or in all maps", Types::all,
                            action_of<watch>, watch_options,
                            "watch --sort -fill\n"
                            "watch visits 192.0.2.7 -o jsonl\n"
                            "watch counters --until 'packets > 100' --timeout 30s");

}  // namespace mapctl::cli
