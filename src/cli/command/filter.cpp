// filter unload and status: the bundled XDP filter.

#include "mapctl/filter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands.hpp"
#include "map_ref.hpp"

namespace mapctl::cli {

namespace {

void write_link(Output& output, const FilterLink& link) {
  output.begin_struct();
  output.member("interface");
  output.string(link.interface);
  output.member("place");
  output.word(name(link.place));
  output.member("mode");
  if (link.mode)
    output.word(name(*link.mode));
  else
    output.null();
  output.member("link_id");
  output.integer(std::uint64_t{link.link_id});
  output.member("program_id");
  output.integer(std::uint64_t{link.program_id});
  output.member("uses_pinned_map");
  if (link.uses_pinned_map)
    output.boolean(*link.uses_pinned_map);
  else
    output.null();
  output.member("pin");
  output.string(link.pin);
  output.end_struct();
}

void write_totals(Output& output, const FilterStatus& status) {
  output.begin_struct();
  for (std::size_t i = 0; i < filter_verdict_count; ++i) {
    output.member(name(static_cast<FilterVerdict>(i)));
    output.begin_struct();
    output.member("packets");
    output.integer(status.totals[i].packets);
    output.member("bytes");
    output.integer(status.totals[i].bytes);
    output.end_struct();
  }
  output.end_struct();
}

void note_problem(const FilterLink& link) {
  switch (link.place) {
    case FilterPlace::gone:
      return note(fmt::format(
          "{} filters nothing: its interface is gone; remove it: mapctl filter unload {} --yes",
          link.pin, link.interface));
    case FilterPlace::other_namespace:
      return note(fmt::format("{} filters an interface in another network namespace", link.pin));
    case FilterPlace::here:
      if (!link.uses_pinned_map.value_or(true))
        note(
            fmt::format("the program on {0} uses another map than filter_map: reload it: mapctl "
                        "filter load {0}",
                        link.interface));
  }
}

void note_problems(const FilterStatus& status) {
  const auto is_unknown = [](const FilterLink& link) { return !link.uses_pinned_map; };
  if (std::ranges::any_of(status.links, is_unknown))
    note("whether the programs use filter_map cannot be told without CAP_SYS_ADMIN");
  for (const FilterLink& link : status.links) note_problem(link);
}

/// One line for each verdict where people read.
std::vector<Column> status_columns() {
  std::vector<Column> columns{{"interfaces"}, {"map_id"}, {"rules"}, {"max_entries"}, {"default"}};
  for (std::size_t i = 0; i < filter_verdict_count; ++i)
    columns.push_back({"totals", std::string{name(static_cast<FilterVerdict>(i))}});
  return columns;
}

void confirm_unload(const FilterUnloadArguments& options, const Session& session) {
  if (options.interfaces.empty() && !options.all)
    return confirm(session, "remove the filter's rules", "they are lost");
  const std::string where =
      options.all ? "every interface" : fmt::format("{}", fmt::join(options.interfaces, ", "));
  confirm(session, fmt::format("unload the filter from {}", where),
          options.purge ? "its packets will no longer be filtered, and the rules are lost"
                        : "its packets will no longer be filtered");
}

Exit unload_all(const FilterPins& pins, FilterRules rules) {
  const FilterUnloaded unloaded = filter_unload_all(pins, rules);
  for (const std::string& interface : unloaded.elsewhere)
    note(
        fmt::format("{} is still filtered: it is in another network namespace, and is unloaded "
                    "there",
                    interface));
  return Exit::done;
}

}  // namespace

Exit filter_unload(const FilterUnloadArguments& options, const Session& session) {
  if (options.interfaces.empty() && !options.purge && !options.all)
    throw usage_error("filter unload: no interface is named",
                      {"name one, or --all; --purge alone removes the rules"});
  const FilterPins pins(bpffs_directory(), options.name);
  const FilterRules rules = options.purge ? FilterRules::remove : FilterRules::keep;
  confirm_unload(options, session);
  if (options.all) return unload_all(pins, rules);
  const std::vector<std::string> unfiltered =
      mapctl::filter_unload(options.interfaces, pins, rules);
  if (unfiltered.empty()) return Exit::done;
  throw Failed(
      {"absent", Exit::no,
       fmt::format("the filter is not loaded on {}", fmt::join(unfiltered, ", ")),
       unfiltered.size() == options.interfaces.size() ? "" : "so it was unloaded from none"});
}

Exit filter_status(const Session& session) {
  const FilterStatus status = mapctl::filter_status(bpffs_directory());
  note_problems(status);
  Results results(session, Document::record, status_columns());
  results->begin_struct();
  results->member("interfaces");
  results->begin_array();
  for (const FilterLink& link : status.links) {
    results->element();
    write_link(*results, link);
  }
  results->end_array();
  results->member("map_id");
  if (status.map_id == 0)
    results->null();
  else
    results->integer(std::uint64_t{status.map_id});
  results->member("rules");
  results->integer(std::uint64_t{status.rules});
  results->member("max_entries");
  results->integer(std::uint64_t{status.max_entries});
  results->member("default");
  results->word(status.default_action);
  results->member("totals");
  write_totals(*results, status);
  results->end_struct();
  results.finish();
  return Exit::done;
}

}  // namespace mapctl::cli
