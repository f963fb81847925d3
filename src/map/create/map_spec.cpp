#include "map/create/spec_check.hpp"

#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"

#include "mapctl/info.hpp"

// What a type decides of the maps made of it.

namespace mapctl {
namespace {

constexpr std::uint32_t index_size = sizeof(std::uint32_t);

/// Sets what is not set.
void fill(std::uint32_t& size, std::uint32_t known) {
  if (size == 0) size = known;
}

void fill(Layout& type, std::uint32_t known_size, bool is_signed) {
  if (type.size == 0 && known_size != 0)
    type = {.kind = Kind::integer, .size = known_size, .is_signed = is_signed};
}

}  // namespace

std::uint32_t fixed_key_size(MapType type) {
  return is_indexed(type) || has(type, stored) || has(type, u32_keys) ? index_size : 0;
}

std::uint32_t fixed_value_size(MapType type) { return has(type, u32_values) ? index_size : 0; }

bool has_keys(MapType type) { return !is_keyless(type) && !has(type, no_keys); }
bool has_values(MapType type) { return !has(type, no_values); }
bool has_max_entries(MapType type) { return !has(type, grows); }
bool needs_types(MapType type) { return has(type, stored); }

MapSpec complete(MapSpec spec) {
  if (needs_types(spec.type) && !spec.types)
    spec.types = TypePair{{}, untyped_layout(spec.value_size)};
  const std::uint32_t key_size = fixed_key_size(spec.type);
  const std::uint32_t value_size = fixed_value_size(spec.type);
  if (spec.types) {
    fill(spec.types->key, key_size, has(spec.type, stored));
    fill(spec.types->value, value_size, false);
    fill(spec.key_size, spec.types->key.size);
    fill(spec.value_size, spec.types->value.size);
  }
  fill(spec.key_size, key_size);
  fill(spec.value_size, value_size);
  if (spec.type == MapType::perf_event_array)
    fill(spec.max_entries, static_cast<std::uint32_t>(possible_cpus().size()));
  spec.flags |= required_flags(spec.type);
  if (spec.numa_node) spec.flags |= map_flag::numa_node;
  return spec;
}

}  // namespace mapctl
