#include "cli/command/commands.hpp"
#include "cli/entry/map_row.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/naming/target.hpp"
#include "cli/output/json_object.hpp"
#include "cli/output/row.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::cli {

namespace {

std::optional<std::string_view> shown_source(const std::string& from) {
  return from.empty() ? std::nullopt : std::optional<std::string_view>{from};
}

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
void write_programs(Output& output, const Map& map) {
  Row row(output);
  const auto users = programs_using(map);
  if (!users) return void(row.null("programs"));
  row.list("programs", *users, [&](const ProgramInfo& program) {
    row.integer("id", program.id).word("type", program.type).string("name", program.name);
  });
}

struct ShowOptions {
  std::string map;
  bool types = false;  ///< print the types as a file for --types
};

/// A type as types.d takes it; nothing if the kind of the map, or the size, says it all.
void write_type(JsonObject& out, std::string_view name, const Layout& layout) {
  if (layout.kind == Kind::untyped) return;
  const auto text = exact_type_text(layout);
  out.text(name, text ? *text : type_text(layout));
}

/// Prints the types of the map for a file in types.d.
Exit print_types(const Target& target) {
  const MapInfo& info = target.map.info();
  JsonObject out;
  out.text("map", info.name);
  if (!is_indexed(info.type)) write_type(out, "key", target.schema.key);
  write_type(out, "value", target.schema.value);
  Stream stream(1);
  stream.buffer() += fmt::format("[{}]\n", std::move(out).end());
  stream.finish();
  return Exit::done;
}

Exit show(const ShowOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::info, session);
  if (options.types) return print_types(*target);
  const Map& map = target->map;
  const std::vector<std::string> paths = pins_of(pins_by_id(), map.info().id);

  std::vector<Column> columns = map_columns();
  for (const char* name :
       {"key", "value", "key_from", "value_from", "operations", "programs", "pids"})
    columns.push_back({name});
  Results results(session, Document::record, std::move(columns));
  results->begin_struct();
  if (write_map_members(*results, {map, paths, QuickCounts{}.of(map)})) {
    Row(*results)
        .word("key", shown_type(target->schema.key))
        .word("value", shown_type(target->schema.value))
        .string("key_from", shown_source(target->key_from))
        .string("value_from", shown_source(target->value_from));
    write_operations(*results, map);
    write_programs(*results, map);
    write_holders(*results, other_holders(map), session.format == Format::table);
  }
  results->end_struct();
  results.finish();
  return Exit::done;
}

constexpr Option show_options[] = {
    map_operand<&ShowOptions::map>(),
    flag<&ShowOptions::types>("--types", "print its types as a file that --types takes"),
};

}  // namespace

const Command show_command("show", "print what is known of a map", Types::shown, action_of<show>,
                           show_options,
                           "show visits\n"
                           "show visits --types\n"
                           "show id:42 -o json");

}  // namespace mapctl::cli
