#include "map_spec.hpp"

#include <bpf/bpf.h>

#include "mapctl/info.hpp"

// What a type decides of the maps made of it.

namespace mapctl {
namespace {

constexpr std::uint32_t index_size = sizeof(std::uint32_t);

bool is_ring(MapType type) { return type == MapType::ringbuf || type == MapType::user_ringbuf; }

/// Kept with a task, a socket, a file or a cgroup, under its descriptor.
bool is_storage(MapType type) {
  return type == MapType::task_storage || type == MapType::sk_storage ||
         type == MapType::inode_storage || type == MapType::cgrp_storage;
}

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
  const bool is_id = type == MapType::stack_trace || type == MapType::devmap_hash;
  return is_indexed(type) || is_storage(type) || is_id ? index_size : 0;
}

std::uint32_t fixed_value_size(MapType type) {
  const bool is_descriptor = type == MapType::prog_array || type == MapType::perf_event_array ||
                             type == MapType::cgroup_array || type == MapType::xskmap;
  return holds_maps(type) || is_descriptor ? index_size : 0;
}

bool has_keys(MapType type) {
  return !is_keyless(type) && !is_ring(type) && type != MapType::bloom_filter &&
         type != MapType::arena;
}

bool has_values(MapType type) { return !is_ring(type) && type != MapType::arena; }

bool has_max_entries(MapType type) {
  return !is_storage(type) && type != MapType::cgroup_storage &&
         type != MapType::percpu_cgroup_storage;
}

bool needs_types(MapType type) { return is_storage(type); }

MapSpec complete(MapSpec spec) {
  if (needs_types(spec.type) && !spec.types)
    spec.types = TypePair{{}, untyped_layout(spec.value_size)};
  const std::uint32_t key_size = fixed_key_size(spec.type);
  const std::uint32_t value_size = fixed_value_size(spec.type);
  if (spec.types) {
    fill(spec.types->key, key_size, is_storage(spec.type));
    fill(spec.types->value, value_size, false);
    fill(spec.key_size, spec.types->key.size);
    fill(spec.value_size, spec.types->value.size);
  }
  fill(spec.key_size, key_size);
  fill(spec.value_size, value_size);
  if (spec.type == MapType::perf_event_array)
    fill(spec.max_entries, static_cast<std::uint32_t>(possible_cpus().size()));
  spec.flags |= required_flags(spec.type);
  if (spec.numa_node) spec.flags |= BPF_F_NUMA_NODE;
  return spec;
}

}  // namespace mapctl
