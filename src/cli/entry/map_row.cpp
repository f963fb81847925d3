#include "cli/entry/map_row.hpp"

namespace mapctl::cli {

std::vector<Column> map_columns() {
  return {{"id"},          {"name"},    {"type"},          {"flags"},  {"key_size"}, {"value_size"},
          {"max_entries"}, {"entries"}, {"bytes_memlock"}, {"frozen"}, {"btf_id"},   {"pinned"}};
}

std::vector<Column> map_columns_for_people() {
  const auto titled = [](const char* member, const char* title) {
    return Column{.member = member, .title = title};
  };
  return {{"id"},
          {"name"},
          {"type"},
          titled("key_size", "key"),
          titled("value_size", "value"),
          titled("max_entries", "max"),
          {"entries"},
          titled("fill", "fill %"),
          titled("bytes_memlock", "memory"),
          {"flags"},
          {"pinned"}};
}

void write_map_members(Output& output, const Map& map, std::span<const std::string> pins,
                       std::optional<std::uint64_t> entries) {
  const MapInfo& info = map.info();
  const MapUsage usage = map.usage();
  const auto number = [&](std::string_view name, std::uint64_t value) {
    output.member(name);
    output.integer(value);
  };
  number("id", info.id);
  output.member("name");
  output.string(info.name);
  output.member("type");
  output.word(type_name(info.type));
  output.member("flags");
  output.names(flag_names(info.flags));
  number("key_size", info.key_size);
  number("value_size", info.value_size);
  number("max_entries", info.max_entries);
  output.member("entries");
  if (entries)
    output.integer(*entries);
  else
    output.null();
  output.member("bytes_memlock");
  output.byte_count(usage.memlock);
  output.member("frozen");
  output.boolean(usage.frozen);
  number("btf_id", info.btf_id);
  output.member("pinned");
  output.names(pins);
}

void write_fill(Output& output, const MapInfo& info, std::optional<std::uint64_t> entries) {
  output.member("fill");
  if (!entries || is_array_like(info.type) || info.max_entries == 0)
    output.null();
  else
    output.integer(*entries * 100 / info.max_entries);
}

}  // namespace mapctl::cli
