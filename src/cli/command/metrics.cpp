// metrics: prints what Prometheus records of maps and filters.

#include <fmt/format.h>

#include <algorithm>

#include "cli/command/commands.hpp"
#include "cli/entry/map_row.hpp"
#include "cli/metrics/entry_metrics.hpp"
#include "cli/metrics/filter_metrics.hpp"
#include "cli/metrics/http.hpp"
#include "cli/metrics/map_metrics.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/saved/atomic_file.hpp"

namespace mapctl::cli {

namespace {

struct MetricsOptions {
  std::vector<std::string> maps{};  ///< empty: all, and all filters
  std::string type{};
  bool pinned = false;
  std::uint32_t walk = QuickCounts::usual_walk;
  EntryMetrics entries{};
  std::string file{};
  bool http = false;
};

void check_call(const MetricsOptions& options, const Session& session) {
  if (session.is_format_given && session.format != Format::plain && options.file.empty())
    throw usage_error("metrics are printed in the format of Prometheus, and in no other",
                      {"leave -o out, or see the same numbers: mapctl list -o json"});
  const EntryMetrics defaults;
  const Selection& selection = options.entries.selection;
  const bool chooses = !options.entries.fields.empty() || !selection.where.empty() ||
                       !selection.sort.empty() || selection.limit != defaults.selection.limit;
  if (chooses && options.entries.map.empty())
    throw usage_error("--fields, --where, --sort and --limit are about the entries of a map",
                      {"say of which: --per-entry MAP"});
}

std::vector<MapRow> maps_of(const MetricsOptions& options, QuickCounts& counts) {
  std::optional<MapType> type;
  if (!options.type.empty()) type = map_type_called(options.type);
  const PinsById pins = pins_by_id();
  std::vector<MapRow> rows;
  const auto add = [&](const Map& map, const std::vector<std::string>& paths) {
    const bool is_wanted =
        (!type || map.info().type == *type) && !(options.pinned && paths.empty());
    if (is_wanted) rows.emplace_back(map, paths, counts.of(map));
    return true;
  };
  if (options.maps.empty()) for_each_map(pins, add);
  std::vector<std::uint32_t> added;
  for (const std::string& reference : options.maps) {
    const Map map = open_map(reference, Access::read_only);
    const std::uint32_t id = map.info().id;
    if (std::ranges::find(added, id) == added.end()) add(map, pins_of(pins, id));
    added.push_back(id);
  }
  return rows;
}

std::string metrics_page(const MetricsOptions& options, const Session& session) {
  std::string page;
  Exposition out(page);
  QuickCounts counts = QuickCounts::of_many(options.walk);
  write_map_metrics(out, maps_of(options, counts));
  if (options.maps.empty()) write_filter_metrics(out, counts);
  if (!options.entries.map.empty()) write_entry_metrics(out, options.entries, session);
  return page;
}

void print_page(const std::string& page, int fd) {
  Stream stream(fd);
  stream.buffer() += page;
  stream.finish();
}

Exit metrics(const MetricsOptions& options, const Session& session) {
  check_call(options, session);
  if (options.http) return answer_request([&] { return metrics_page(options, session); });
  const std::string page = metrics_page(options, session);
  if (options.file.empty() || options.file == "-") {
    print_page(page, STDOUT_FILENO);
    return Exit::done;
  }
  write_file(options.file, [&](SaveTo to) { print_page(page, to.fd); });
  print_done(session);
  return Exit::done;
}

constexpr Option metrics_options[] = {
    operand<&MetricsOptions::maps>("MAP", ValueKind::map,
                                   "only these maps, and no filters (default: all)")
        .optional(),
    option<&MetricsOptions::type>("-t,--type", ValueKind::map_type, "only maps of this type"),
    flag<&MetricsOptions::pinned>("--pinned", "only maps that are pinned"),
    number<&MetricsOptions::walk>(
        "--walk",
        "count by reading keys where the kernel does not count, up to N of each map "
        "(default: 16384)"),
    option<&MetricsOptions::entries, &EntryMetrics::map>(
        "--per-entry", ValueKind::map, "also numbers of each entry of that map, its key as labels"),
    option<&MetricsOptions::entries, &EntryMetrics::fields>(
        "--fields", ValueKind::field,
        "which numbers, separated by commas: packets,bytes (default: those tagged as counters)"),
    select_where<&MetricsOptions::entries, &EntryMetrics::selection>(),
    select_sort<&MetricsOptions::entries, &EntryMetrics::selection>(),
    number<&MetricsOptions::entries, &EntryMetrics::selection, &Selection::limit>(
        "--limit", "at most that many entries (default: 1000)")
        .from(1)
        .up_to(1'000'000),
    option<&MetricsOptions::file>("-f,--file", ValueKind::file,
                                  "write that file instead, as a whole or not at all"),
    flag<&MetricsOptions::http>("--http", "answer one request of HTTP on standard input")
        .excludes("--file"),
};

}  // namespace

const Command metrics_command("metrics", "print metrics of maps and filters for Prometheus",
                              Types::all, action_of<metrics>, metrics_options,
                              "metrics --pinned\n"
                              "metrics -f /var/lib/prometheus/node-exporter/mapctl.prom\n"
                              "metrics --per-entry talkers --fields packets,bytes --limit 100",
                              Traits{.is_allowed_in_batch = false});

}  // namespace mapctl::cli
