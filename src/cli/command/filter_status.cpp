// filter status: where the filter runs, and what it has seen.

#include <fmt/format.h>

#include <algorithm>

#include "commands.hpp"
#include "map_ref.hpp"
#include "mapctl/filter.hpp"

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

}  // namespace

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
