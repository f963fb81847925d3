#include "cli/entry/map_row.hpp"

#include "cli/naming/map_survey.hpp"
#include "cli/output/row.hpp"

namespace mapctl::cli {

std::vector<Column> map_columns() {
  return {{"id"},          {"name"},    {"type"},          {"flags"},  {"key_size"}, {"value_size"},
          {"max_entries"}, {"entries"}, {"bytes_memlock"}, {"frozen"}, {"btf_id"},   {"pinned"}};
}

std::vector<Column> map_columns_for_people() {
  return {{"id"},
          {"name"},
          {"type"},
          {"key_size", {}, "key"},
          {"value_size", {}, "value"},
          {"max_entries", {}, "max"},
          {"entries"},
          {"fill", {}, "fill %"},
          {"bytes_memlock", {}, "memory"},
          {"flags"},
          {"pinned"}};
}

void write_map_members(Output& output, const Map& map, std::span<const std::string> pins,
                       std::optional<std::uint64_t> entries) {
  const MapInfo& info = map.info();
  const MapUsage usage = map.usage();
  Row(output)
      .integer("id", info.id)
      .string("name", info.name)
      .word("type", type_name(info.type))
      .names("flags", flag_names(info.flags))
      .integer("key_size", info.key_size)
      .integer("value_size", info.value_size)
      .integer("max_entries", info.max_entries)
      .integer("entries", entries)
      .bytes("bytes_memlock", usage.memlock)
      .boolean("frozen", usage.frozen)
      .integer("btf_id", info.btf_id)
      .names("pinned", pins);
}

void write_fill(Output& output, const MapInfo& info, std::optional<std::uint64_t> entries) {
  const bool has_fill = entries && !is_array_like(info.type) && info.max_entries != 0;
  if (has_fill) entries = *entries * 100 / info.max_entries;
  Row(output).integer("fill", has_fill ? entries : std::nullopt);
}

void write_holders(Output& output, std::span<const MapHolder> holders, bool for_people) {
  Row row(output);
  if (for_people) return void(row.names("pids", labels(holders)));
  row.list("pids", holders, [&](const MapHolder& holder) {
    row.integer("pid", holder.pid).string("comm", holder.command);
  });
}

}  // namespace mapctl::cli
