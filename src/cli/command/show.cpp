#include <algorithm>

#include "cli/command/commands.hpp"
#include "cli/command/list.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/map_row.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/output/row.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::cli {

namespace {

struct ShowOptions {
  std::optional<std::string> map{};
};

std::optional<std::string> shown_type(const Layout& layout) {
  return layout.size == 0 ? std::nullopt : std::optional{type_text(layout)};
}

bool only_reads(Operation operation) {
  return operation == Operation::lookup || operation == Operation::next_key ||
         operation == Operation::lookup_batch || operation == Operation::mmap;
}

/// Writes the operations of the type on this kernel; null for a type that only the kernel knows.
void write_operations(Output& output, const Map& map) {
  const MapInfo& info = map.info();
  output.member("operations");
  if (!since(info.type)) return output.null();
  const bool is_frozen = map.usage().frozen;
  std::vector<std::string> names;
  for (const Operation operation : possible_operations(info.type, info.flags))
    if (!is_frozen || only_reads(operation)) names.emplace_back(operation_name(operation));
  if (has_events(info.type) && !is_frozen) names.emplace_back("events");
  output.names(names);
}

/// Writes the programs that use the map; null if the caller may not list programs.
void write_programs(Output& output, std::uint32_t map_id) {
  Row row(output);
  std::vector<ProgramInfo> users;
  try {
    users = programs();
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
    row.null("programs");
    return;
  }
  std::erase_if(users, [&](const ProgramInfo& program) {
    return std::ranges::find(program.map_ids, map_id) == program.map_ids.end();
  });
  row.list("programs", users, [&](const ProgramInfo& program) {
    row.integer("id", program.id).word("type", program.type).string("name", program.name);
  });
}

/// Without a map it lists all maps, as users of bpftool expect.
Exit show(const ShowOptions& options, const Session& session) {
  if (!options.map) return list({}, session);
  const auto target = open_target(*options.map, Operation::info, session);
  const Map& map = target->map;
  const std::vector<std::string> paths = pins_of(pins_by_id(), map.info().id);

  std::vector<Column> columns = map_columns();
  for (const char* name : {"key", "value", "operations", "programs"}) columns.push_back({name});
  Results results(session, Document::record, std::move(columns));
  results->begin_struct();
  write_map_members(*results, map, paths, quick_count(map));
  Row(*results)
      .word("key", shown_type(target->schema.key))
      .word("value", shown_type(target->schema.value));
  write_operations(*results, map);
  write_programs(*results, map.info().id);
  results->end_struct();
  results.finish();
  return Exit::done;
}

constexpr Option show_options[] = {map_operand<&ShowOptions::map>()};

}  // namespace

const Command show_command("show", "print what is known of a map", Types::all, action_of<show>,
                           show_options,
                           "show visits\n"
                           "show id:42 -o json",
                           {.usage = "MAP"});

}  // namespace mapctl::cli
