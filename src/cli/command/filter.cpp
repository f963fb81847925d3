// filter load, unload and status: the bundled XDP filter.

#include "mapctl/filter.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "map_ref.hpp"

namespace mapctl::cli {

namespace {

std::optional<XdpMode> parse_mode(const std::string& text) {
  if (text == "native") return XdpMode::native;
  if (text == "skb") return XdpMode::skb;
  return std::nullopt;
}

void write_attached(Output& output, const Attached& attached) {
  output.begin_struct();
  output.member("interface");
  output.string(attached.interface);
  output.member("mode");
  output.word(name(attached.mode));
  output.member("replaced");
  output.boolean(attached.replaced);
  output.end_struct();
}

void write_link(Output& output, const FilterLink& link) {
  output.begin_struct();
  output.member("interface");
  output.string(link.interface);
  output.member("mode");
  output.word(name(link.mode));
  output.member("link_id");
  output.integer(std::uint64_t{link.link_id});
  output.member("program_id");
  output.integer(std::uint64_t{link.program_id});
  output.member("uses_pinned_map");
  output.boolean(link.uses_pinned_map);
  output.member("defunct");
  output.boolean(link.defunct);
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

void note_problems(const FilterStatus& status) {
  for (const FilterLink& link : status.links) {
    if (link.defunct)
      note(fmt::format("{} filters nothing: its interface is gone; remove it with 'rm'", link.pin));
    else if (!link.uses_pinned_map)
      note(
          fmt::format("the program on {} uses another map than filter_map: reload it with 'mapctl "
                      "filter load {}'",
                      link.interface, link.interface));
  }
}

/// One line for each verdict where people read.
std::vector<Column> status_columns() {
  std::vector<Column> columns{{"interfaces"}, {"map_id"}, {"rules"}, {"max_entries"}, {"default"}};
  for (std::size_t i = 0; i < filter_verdict_count; ++i)
    columns.push_back({"totals", std::string{name(static_cast<FilterVerdict>(i))}});
  return columns;
}

}  // namespace

Exit filter_load(const FilterLoadArguments& options, const Session& session) {
  FilterLoadOptions load;
  load.directory = bpffs_directory();
  load.mode = parse_mode(options.mode);
  if (options.max_entries != 0) load.max_entries = options.max_entries;
  const std::vector<Attached> all = mapctl::filter_load(options.interfaces, load);

  Results results(session, Document::list, {{"interface"}, {"mode"}, {"replaced"}});
  for (const Attached& attached : all) {
    if (!attached.native_refusal.empty())
      note(fmt::format("{} runs the filter in skb mode, which is slower: {}", attached.interface,
                       attached.native_refusal));
    write_attached(*results, attached);
  }
  results.finish();
  return Exit::done;
}

Exit filter_unload(const FilterUnloadArguments& options, const Session& session) {
  confirm(session, fmt::format("unload the filter from {}", fmt::join(options.interfaces, ", ")),
          "its packets will no longer be filtered");
  Exit exit = Exit::done;
  for (const std::string& interface : options.interfaces) {
    if (mapctl::filter_unload(interface, bpffs_directory())) continue;
    report({"absent", Exit::no, fmt::format("the filter is not loaded on {}", interface)});
    exit = Exit::no;
  }
  if (options.purge) filter_purge(bpffs_directory());
  return exit;
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
