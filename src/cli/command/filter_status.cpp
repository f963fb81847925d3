// filter status: prints where the filter runs, and its packet counters.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "cli/command/commands.hpp"
#include "cli/filter/filter_report.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/row.hpp"
#include "cli/watch/filter_table.hpp"
#include "cli/watch/show.hpp"
#include "map/error/printable.hpp"
#include "mapctl/filter/status.hpp"

namespace mapctl::cli {

namespace {

struct FilterStatusArguments {
  std::string name = "filter";
  std::optional<std::uint32_t> interval{};  ///< milliseconds between two samples for the rates
  bool watch = false;
};

/// Rates cost time, so only people get them unasked.
std::chrono::milliseconds interval_of(const FilterStatusArguments& options) {
  constexpr std::uint32_t at_a_prompt = 200;
  return std::chrono::milliseconds(
      options.interval.value_or(isatty(STDOUT_FILENO) != 0 ? at_a_prompt : 0));
}

FilterReport read_report(const FilterPins& pins, std::chrono::milliseconds interval) {
  using Clock = std::chrono::steady_clock;
  if (interval.count() == 0)
    return {pins, mapctl::filter_status(pins), foreign_programs(pins), {}, {}};
  const VerdictTotals before = sum(verdict_totals(pins));
  const Clock::time_point start = Clock::now();
  std::this_thread::sleep_for(interval);
  FilterStatus status = mapctl::filter_status(pins);
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  return {pins, std::move(status), foreign_programs(pins), before, elapsed.count()};
}

/// Returns the verdicts that pass packets, then the others.
std::vector<FilterVerdict> verdicts() {
  std::vector<FilterVerdict> all;
  for (const bool dropped : {false, true})
    for (std::size_t i = 0; i < filter_verdict_count; ++i)
      if (const auto verdict = static_cast<FilterVerdict>(i); drops(verdict) == dropped)
        all.push_back(verdict);
  return all;
}

void print_json(Results& results, const FilterReport& report) {
  Output& output = *results;
  Row row(output);
  row.begin();
  write_filter(output, report);
  for (const bool dropped : {false, true}) {
    output.member(dropped ? "dropped" : "passed");
    row.begin();
    write_sum(output, report, dropped);
    row.end();
  }
  row.list("interfaces", report.status.links,
           [&](const FilterLink& link) { write_link(output, link); });
  row.list("foreign", report.foreign,
           [&](const XdpProgram& program) { write_foreign(output, program); });
  row.list("verdicts", verdicts(), [&](FilterVerdict verdict) {
    write_verdict(output, report, verdict);
    write_cpus(output, report, verdict);
  });
  row.end();
}

/// Writes a row for each thing. In plain form its kind comes first, because rows of several kinds
/// are mixed.
template <typename Things, typename Write>
void print_rows(Output& output, std::string_view kind, const Things& things, Write write) {
  for (const auto& thing : things) {
    output.begin_struct();
    if (!kind.empty()) Row(output).word("kind", kind);
    write(output, thing);
    output.end_struct();
  }
}

std::string fill_text(const FilterStatus& status) {
  if (status.map_id == 0) return "none";
  const std::uint64_t percent =
      status.max_entries == 0 ? 0 : std::uint64_t{status.rules} * 100 / status.max_entries;
  return fmt::format("{} of {} ({} %)", status.rules, status.max_entries, percent);
}

void print_filter_for_people(Output& output, const FilterReport& report) {
  Row row(output);
  row.begin()
      .string("filter", report.pins.name())
      .word("rules", fill_text(report.status))
      .word("default", report.status.default_action);
  if (report.status.map_id != 0)
    row.string("map",
               fmt::format("{} (id {})", report.pins.rules().string(), report.status.map_id));
  row.end();
}

std::vector<Column> link_columns() {
  return {{"interface"},
          {"place"},
          {"mode"},
          {.member = "program_id", .leaves = 5},
          {.member = "program", .leaves = 6},
          {.member = "tag", .leaves = 1},
          {.member = "loaded", .leaves = 4},
          {.member = "link_id", .title = "link", .leaves = 2},
          {.member = "uses_pinned_map", .title = "uses_map", .leaves = 7},
          {.member = "destinations", .leaves = 8},
          {.member = "replies", .leaves = 9},
          {.member = "established", .leaves = 10},
          {.member = "pin", .leaves = 3}};
}

std::vector<Column> foreign_columns() {
  return {{.member = "interface", .title = "other_programs_on"},
          {"mode"},
          {"program_id"},
          {"program"},
          {"filter"}};
}

std::vector<Column> verdict_columns(bool has_rates, bool for_people) {
  std::vector<Column> columns{{"verdict"}, {"reason"}, {"packets"}, {"bytes"}};
  if (!has_rates) return columns;
  columns.push_back({"packets_per_second", {}, for_people ? "packets/s" : ""});
  columns.push_back({"bytes_per_second", {}, for_people ? "bytes/s" : ""});
  return columns;
}

auto verdict_writer(const FilterReport& report) {
  return
      [&report](Output& output, FilterVerdict verdict) { write_verdict(output, report, verdict); };
}

/// Prints what passed and what was dropped, each with its sum.
void print_verdicts_for_people(Output& output, const FilterReport& report) {
  for (const bool dropped : {false, true}) {
    std::vector<FilterVerdict> some = verdicts();
    std::erase_if(some, [&](FilterVerdict verdict) { return drops(verdict) != dropped; });
    print_rows(output, {}, some, verdict_writer(report));
    Row row(output);
    row.begin().word("verdict", dropped ? "drop" : "pass").word("reason", "all");
    write_sum(output, report, dropped);
    row.end();
  }
}

void print_table(Results& results, const FilterReport& report) {
  print_filter_for_people(*results, report);
  if (!report.status.links.empty()) {
    results.begin_part(Document::list, link_columns());
    print_rows(*results, {}, report.status.links, write_link);
  }
  if (!report.foreign.empty()) {
    results.begin_part(Document::list, foreign_columns());
    print_rows(*results, {}, report.foreign, write_foreign);
  }
  results.begin_part(Document::list, verdict_columns(report.seconds.has_value(), true));
  print_verdicts_for_people(*results, report);
}

void print_plain(Results& results, const FilterReport& report) {
  results->begin_struct();
  write_filter(*results, report);
  results->end_struct();
  results.begin_part(Document::list, {});
  print_rows(*results, "interface", report.status.links, write_link);
  print_rows(*results, "foreign", report.foreign, write_foreign);
  print_rows(*results, "verdict", verdicts(), verdict_writer(report));
}

void print_report(const Session& session, const FilterReport& report) {
  if (session.format == Format::csv) {
    Results results(session, Document::list, verdict_columns(true, false));
    print_rows(*results, {}, verdicts(), verdict_writer(report));
    return results.finish();
  }
  Results results(session, Document::record, {{"filter"}, {"rules"}, {"default"}, {"map"}});
  if (session.json())
    print_json(results, report);
  else if (session.format == Format::table)
    print_table(results, report);
  else
    print_plain(results, report);
  results.finish();
}

/// Shows verdicts, and the rules that packets met, until somebody quits.
Exit watch_filter(const FilterPins& pins, std::uint32_t interval, const Session& session) {
  const std::string rules = pins.rules().string();
  if (session.format != Format::table || !Stream(STDOUT_FILENO).is_terminal())
    throw usage_error("--watch draws on a terminal, and takes no other format",
                      {fmt::format("print what changes in its rules: mapctl watch {} -o jsonl",
                                   shell_word(rules)),
                       "print rates once: mapctl filter status --interval 1s"});
  if (interval == 0)
    throw usage_error("--interval: there is no time between two looks", {"give at least 1ms"});
  const Pace pace(std::chrono::milliseconds{interval}, {}, {});
  for (;;) {
    const FilterStatus status = mapctl::filter_status(pins);
    note_problems(pins, status);
    if (status.map_id == 0) return Exit::not_found;
    const auto target = open_target(rules, Operation::next_key, session);
    MapLook look(*target, {}, {});
    FilterTable table(pins, look);
    const Selection met{.where = {"packets > 0"}, .sort = "-packets", .limit = {}};
    if (show_on_screen(pace, table, met, "mapctl filter status") != WatchEnd::fulfilled)
      return Exit::done;
  }
}

Exit filter_status(const FilterStatusArguments& options, const Session& session) {
  const FilterPins pins(bpffs_directory(), options.name, PinOwner::anybody);
  if (options.watch) return watch_filter(pins, options.interval.value_or(1000), session);
  const FilterReport report = read_report(pins, interval_of(options));
  note_problems(pins, report.status);
  print_report(session, report);
  return Exit::done;
}

constexpr Option filter_status_options[] = {
    filter_name<&FilterStatusArguments::name>(),
    duration<&FilterStatusArguments::interval>(
        "--interval",
        "time between the two looks that rates are told from; 0 for no rates (default: 200ms on a "
        "terminal, else 0; with --watch 1s)"),
    flag<&FilterStatusArguments::watch>(
        "--watch", "show verdicts, and the rules that packets met, as they change"),
};

}  // namespace

const Command filter_status_command("filter status", "print where the filter runs and what it saw",
                                    Types::none, action_of<filter_status>, filter_status_options,
                                    "filter status\n"
                                    "filter status --interval 1s -o json");

}  // namespace mapctl::cli
