#include "cli/metrics/filter_metrics.hpp"

#include <set>

#include "cli/filter/filter_report.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/session/report.hpp"
#include "filter/objects/pins.hpp"
#include "mapctl/bpffs.hpp"

namespace mapctl::cli {

namespace {

/// What is told of a filter without reading its rules.
struct MeasuredFilter {
  std::string name;
  std::vector<FilterLink> links;
  std::optional<VerdictTotals> totals{};  ///< empty: it has no statistics
  std::optional<std::uint64_t> rules{};   ///< empty: they cannot be counted quickly
};

/// The names that filters with pins in the folder may have.
std::set<std::string> possible_names(const std::filesystem::path& directory) {
  constexpr std::string_view ending = "_stats";
  std::set<std::string> names;
  if (!on_bpffs(directory / ".")) return names;
  for_each_pin(directory, [&](const std::filesystem::path& pin) {
    const std::string name = pin.filename().string();
    if (pin.parent_path() != directory) return;
    if (name.ends_with(ending)) names.insert(name.substr(0, name.size() - ending.size()));
    if (const auto filter = filter_of_link_pin(pin)) names.insert(*filter);
  });
  return names;
}

std::optional<std::uint64_t> count_rules(const FilterPins& pins, QuickCounts& counts) try {
  return counts.of(Map::open(pins.rules(), Access::read_only));
} catch (const Error& error) {
  if (error.cause() != Cause::not_found) throw;
  return std::nullopt;  // the pin is lost
}

/// Returns nothing if something else has the name of a filter's pin.
std::optional<MeasuredFilter> measured(const std::string& name, QuickCounts& counts) try {
  const FilterPins pins(bpffs_directory(), name, PinOwner::anybody);
  MeasuredFilter filter{name, filter_interfaces(pins)};
  const std::vector<VerdictTotals> cpus = verdict_totals(pins);
  if (!cpus.empty()) filter.totals = sum(cpus);
  filter.rules = count_rules(pins, counts);
  return filter;
} catch (const BadInput&) {
  return std::nullopt;
} catch (const Error& error) {
  if (error.cause() == Cause::no_memory) throw;
  if (error.cause() != Cause::exists)
    note(fmt::format("the filter '{}' is left out: {}", name, error.what()));
  return std::nullopt;
}

void write_totals(Exposition& out, const std::vector<MeasuredFilter>& filters, const char* name,
                  const char* help, std::uint64_t FilterTotals::*number) {
  out.begin(name, MetricType::counter, help);
  for (const MeasuredFilter& filter : filters)
    for (std::size_t i = 0; filter.totals && i < filter_verdict_count; ++i) {
      const auto verdict = static_cast<FilterVerdict>(i);
      out.sample(label_text({{"filter", filter.name},
                             {"verdict", std::string{action(verdict)}},
                             {"reason", std::string{mapctl::name(verdict)}}}),
                 (*filter.totals)[i].*number);
    }
}

void write_rules(Exposition& out, const std::vector<MeasuredFilter>& filters) {
  out.begin("mapctl_filter_rules", MetricType::gauge,
            "Rules of the filter; missing where they cannot be counted quickly.");
  for (const MeasuredFilter& filter : filters)
    if (filter.rules) out.sample(label_text({{"filter", filter.name}}), *filter.rules);
}

/// The pin makes the labels unique: links in other namespaces can have interfaces of one name.
void write_up(Exposition& out, const std::vector<MeasuredFilter>& filters) {
  out.begin("mapctl_filter_up", MetricType::gauge,
            "1 where the filter runs on the interface, 0 where the interface is gone. The mode is "
            "empty for an interface of another network namespace.");
  for (const MeasuredFilter& filter : filters)
    for (const FilterLink& link : filter.links)
      out.sample(label_text({{"filter", filter.name},
                             {"interface", link.interface},
                             {"mode", link.mode ? std::string{mapctl::name(*link.mode)} : ""},
                             {"pin", link.pin}}),
                 link.place == FilterPlace::gone ? 0 : 1);
}

}  // namespace

void write_filter_metrics(Exposition& out, QuickCounts& counts) {
  std::vector<MeasuredFilter> filters;
  for (const std::string& name : possible_names(bpffs_directory()))
    if (std::optional<MeasuredFilter> filter = measured(name, counts))
      filters.push_back(*std::move(filter));
  write_totals(out, filters, "mapctl_filter_packets_total",
               "Packets by the verdict of the filter and its reason.", &FilterTotals::packets);
  write_totals(out, filters, "mapctl_filter_bytes_total",
               "Bytes of packets by the verdict of the filter and its reason.",
               &FilterTotals::bytes);
  write_rules(out, filters);
  write_up(out, filters);
}

}  // namespace mapctl::cli
