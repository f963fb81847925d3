#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"

// Properties of a type from the table: its name, its keys and values, its flags.

namespace mapctl {
namespace {

/// "34", "type 34"
std::optional<MapType> parse_type_number(std::string_view text) {
  constexpr std::string_view word = "type ";
  if (text.starts_with(word)) text.remove_prefix(word.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0) return std::nullopt;
  return static_cast<MapType>(number);
}

/// A column of the type's row, or of an empty row.
template <typename Column>
Column column(MapType type, Column TypeRow::*column, Column unknown) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? row->*column : unknown;
}

Flags flags_of(MapType type) { return column(type, &TypeRow::flags, {}); }

bool is_descriptor(KeyContent kind) {
  return kind == KeyContent::task || kind == KeyContent::file || kind == KeyContent::socket ||
         kind == KeyContent::cgroup;
}

}  // namespace

std::string type_name(MapType type) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? std::string(row->name())
                        : fmt::format("type {}", static_cast<std::uint32_t>(type));
}

std::string with_article(MapType type) {
  const TypeRow* row = find_row(type);
  return row != nullptr ? std::string(row->with_article) : "a " + type_name(type);
}

std::optional<MapType> parse_map_type(std::string_view name) {
  const auto found = std::ranges::find(type_rows(), name, &TypeRow::name);
  return found != type_rows().end() ? std::optional(found->type) : parse_type_number(name);
}

std::span<const MapType> all_map_types() {
  static const auto types = [] {
    std::vector<MapType> result;
    for (const TypeRow& row : type_rows()) result.push_back(row.type);
    return result;
  }();
  return types;
}

bool has(MapType type, Trait trait) { return (column(type, &TypeRow::traits, 0U) & trait) != 0; }

KeyContent key_content(MapType type) { return column(type, &TypeRow::key, KeyContent::bytes); }
ValueContent value_content(MapType type) {
  return column(type, &TypeRow::value, ValueContent::bytes);
}

std::string_view object_of(MapType type) { return column(type, &TypeRow::words, {}).takes; }

bool is_per_cpu(MapType type) { return has(type, per_cpu); }
bool is_array_like(MapType type) { return has(type, filled); }
bool is_indexed(MapType type) { return key_content(type) == KeyContent::index; }
bool is_keyless(MapType type) { return !has_keys(type) && can(type, Operation::pop); }
bool is_lru(MapType type) { return has(type, lru); }
bool holds_maps(MapType type) { return value_content(type) == ValueContent::map; }
bool has_events(MapType type) { return has(type, events); }
bool takes_btf(MapType type) { return has(type, takes_types); }

bool holds_objects(MapType type) {
  const ValueContent kind = value_content(type);
  return kind > ValueContent::bytes && kind < ValueContent::kernel_struct;
}

bool has_keys(MapType type) { return key_content(type) != KeyContent::none; }
bool has_values(MapType type) { return value_content(type) != ValueContent::none; }
bool needs_types(MapType type) { return is_descriptor(key_content(type)); }

/// An entry that is kept with an object comes and goes with that object.
bool has_max_entries(MapType type) {
  return !needs_types(type) && key_content(type) != KeyContent::cgroup_id;
}

std::uint32_t fixed_key_size(MapType type) {
  const KeyContent kind = key_content(type);
  const bool is_number =
      kind == KeyContent::index || kind == KeyContent::number || is_descriptor(kind);
  return is_number ? sizeof(std::uint32_t) : 0;
}

std::uint32_t fixed_value_size(MapType type) {
  const ValueContent kind = value_content(type);
  return kind >= ValueContent::map && kind <= ValueContent::xdp_socket ? sizeof(std::uint32_t) : 0;
}

std::uint32_t required_flags(MapType type) { return flags_of(type).needs; }
std::uint32_t automatic_flags(MapType type) { return flags_of(type).sets; }

bool needs_flag_to_map(MapType type, std::uint32_t flags) {
  const Flags known = flags_of(type);
  return (known.takes & ~known.needs & ~flags & map_flag::mmapable) != 0;
}

}  // namespace mapctl
