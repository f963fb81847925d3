#include "map_row.hpp"

#include "map_survey.hpp"

namespace mapctl::cli {

std::vector<Column> map_columns() {
  return {{"id"},          {"name"},    {"type"},          {"flags"},  {"key_size"}, {"value_size"},
          {"max_entries"}, {"entries"}, {"bytes_memlock"}, {"frozen"}, {"btf_id"},   {"pinned"}};
}

void write_map_members(Output& output, const Map& map, std::span<const std::string> pins) {
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
  if (const auto entries = quick_count(map))
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

}  // namespace mapctl::cli
