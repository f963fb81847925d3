#include "cli/entry/map_row.hpp"

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstring>
#include <limits>
#include <utility>

#include "cli/naming/map_survey.hpp"
#include "cli/output/row.hpp"

namespace mapctl::cli {

namespace {

/// A row for expressions. Numbers that may be unknown, and shares, are floats.
struct RowBytes {
  std::uint32_t id;
  std::uint32_t type;
  std::uint32_t key_size;
  std::uint32_t value_size;
  std::uint32_t max_entries;
  std::uint32_t btf_id;
  std::uint64_t memory;
  double entries;
  double fill;
  bool frozen;
  char name[16];
  char flags[256];
  char pinned[PATH_MAX];
};

Layout map_type_layout() {
  Layout layout{.kind = Kind::enumeration, .size = sizeof(RowBytes::type)};
  for (const MapType type : all_map_types())
    layout.enumerators.push_back(
        {type_name(type), type_name(type), static_cast<std::uint64_t>(type)});
  return layout;
}

template <typename Number>
double number_or_nan(const std::optional<Number>& number) {
  return number ? static_cast<double>(*number) : std::numeric_limits<double>::quiet_NaN();
}

template <std::size_t size>
void copy_text(char (&to)[size], const std::string& text) {
  std::copy_n(text.begin(), std::min(text.size(), size), to);
}

}  // namespace

MapRow::MapRow(const Map& map, std::vector<std::string> pin_paths,
               std::optional<std::uint64_t> count)
    : info(map.info()), usage(map.usage()), pins(std::move(pin_paths)), entries(count) {}

std::optional<double> MapRow::fill() const {
  if (!entries || is_array_like(info.type) || info.max_entries == 0) return std::nullopt;
  return static_cast<double>(*entries) * 100 / info.max_entries;
}

std::vector<Column> map_columns() {
  return {{"id"},          {"name"},    {"type"},          {"flags"},  {"key_size"}, {"value_size"},
          {"max_entries"}, {"entries"}, {"bytes_memlock"}, {"frozen"}, {"btf_id"},   {"pinned"}};
}

std::vector<Column> map_columns_for_people() {
  return {{"id"},
          {"name"},
          {.member = "type", .leaves = 8},
          {.member = "key_size", .leaves = 3},
          {.member = "value_size", .leaves = 2},
          {.member = "max_entries", .leaves = 4},
          {.member = "entries", .leaves = 6},
          {.member = "fill", .leaves = 7},
          {.member = "bytes_memlock", .title = "memory", .leaves = 5},
          {.member = "flags", .leaves = 1},
          {"pinned"}};
}

bool write_map_members(Output& output, const MapRow& map) {
  const MapInfo& info = map.info;
  if (output.own_map(info, map.usage)) return false;
  Row(output)
      .integer("id", info.id)
      .string("name", info.name)
      .word("type", type_name(info.type))
      .names("flags", flag_names(info.flags))
      .integer("key_size", info.key_size)
      .integer("value_size", info.value_size)
      .integer("max_entries", info.max_entries)
      .integer("entries", map.entries)
      .bytes("bytes_memlock", map.usage.memlock)
      .boolean("frozen", map.usage.frozen)
      .integer("btf_id", info.btf_id)
      .names("pinned", map.pins);
  return true;
}

Layout map_row_layout() {
  const Layout u32{.kind = Kind::integer, .size = 4};
  const Layout u64{.kind = Kind::integer, .size = 8};
  const Layout number{.kind = Kind::floating, .size = 8};
  const Layout percent{.kind = Kind::floating, .size = 8, .name = percent_type};
  const Layout boolean{.kind = Kind::boolean, .size = 1};
  Layout row{.kind = Kind::structure, .size = sizeof(RowBytes)};
  const auto add = [&](const char* name, const Layout& type, std::size_t offset) {
    row.members.push_back(
        {.name = name, .type = type, .bit_offset = static_cast<std::uint32_t>(offset * 8)});
  };
  const auto add_text = [&](const char* name, std::uint32_t size, std::size_t offset) {
    add(name, {.kind = Kind::text, .size = size}, offset);
  };
  add("id", u32, offsetof(RowBytes, id));
  add_text("name", sizeof(RowBytes::name), offsetof(RowBytes, name));
  add("type", map_type_layout(), offsetof(RowBytes, type));
  add_text("flags", sizeof(RowBytes::flags), offsetof(RowBytes, flags));
  add("key_size", u32, offsetof(RowBytes, key_size));
  add("value_size", u32, offsetof(RowBytes, value_size));
  add("max_entries", u32, offsetof(RowBytes, max_entries));
  add("entries", number, offsetof(RowBytes, entries));
  add("fill", percent, offsetof(RowBytes, fill));
  add("memory", u64, offsetof(RowBytes, memory));
  add("bytes_memlock", u64, offsetof(RowBytes, memory));
  add("frozen", boolean, offsetof(RowBytes, frozen));
  add("btf_id", u32, offsetof(RowBytes, btf_id));
  add_text("pinned", sizeof(RowBytes::pinned), offsetof(RowBytes, pinned));
  return row;
}

Bytes map_row_bytes(const MapRow& map) {
  const MapInfo& info = map.info;
  RowBytes row{.id = info.id,
               .type = static_cast<std::uint32_t>(info.type),
               .key_size = info.key_size,
               .value_size = info.value_size,
               .max_entries = info.max_entries,
               .btf_id = info.btf_id,
               .memory = map.usage.memlock,
               .entries = number_or_nan(map.entries),
               .fill = number_or_nan(map.fill()),
               .frozen = map.usage.frozen,
               .name = {},
               .flags = {},
               .pinned = {}};
  copy_text(row.name, info.name);
  copy_text(row.flags, joined(flag_names(info.flags)));
  copy_text(row.pinned, map.pins.empty() ? "" : joined(map.pins));
  Bytes bytes(sizeof row);
  std::memcpy(bytes.data(), &row, sizeof row);
  return bytes;
}

void write_holders(Output& output, std::span<const MapHolder> holders, bool for_people) {
  Row row(output);
  if (for_people) return void(row.names("pids", labels(holders)));
  row.list("pids", holders, [&](const MapHolder& holder) {
    row.integer("pid", holder.pid).string("comm", holder.command);
  });
}

}  // namespace mapctl::cli
