#pragma once
// Map types by name, and the table of what each of them can do.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/kernel_version.hpp"

namespace mapctl {

/// enum bpf_map_type of the kernel, under the names bpftool uses. The numbers
/// are kernel ABI; a number that is not listed is a type newer than this header.
enum class MapType : std::uint32_t {
  unspec = 0,
  hash = 1,
  array = 2,
  prog_array = 3,
  perf_event_array = 4,
  percpu_hash = 5,
  percpu_array = 6,
  stack_trace = 7,
  cgroup_array = 8,
  lru_hash = 9,
  lru_percpu_hash = 10,
  lpm_trie = 11,
  array_of_maps = 12,
  hash_of_maps = 13,
  devmap = 14,
  sockmap = 15,
  cpumap = 16,
  xskmap = 17,
  sockhash = 18,
  cgroup_storage = 19,
  reuseport_sockarray = 20,
  percpu_cgroup_storage = 21,
  queue = 22,
  stack = 23,
  sk_storage = 24,
  devmap_hash = 25,
  struct_ops = 26,
  ringbuf = 27,
  inode_storage = 28,
  task_storage = 29,
  bloom_filter = 30,
  user_ringbuf = 31,
  cgrp_storage = 32,
  arena = 33,
};

/// An operation that a program can ask of the kernel. The map operations come first, in the order
/// of the table in docs; the rest never appear in the table.
enum class Operation {
  lookup,
  update,
  erase,
  pop,  ///< lookup-and-delete
  next_key,
  lookup_batch,
  pop_batch,  ///< lookup-and-delete batch
  update_batch,
  erase_batch,
  freeze,
  mmap,
  create,
  open,
  info,
  pin,
  unpin,
  list_ids,
  load_btf,
  load_program,
  attach,
  detach,
};

/// The content of the keys of a map.
enum class KeyContent {
  none,
  bytes,
  index,      ///< u32 below max_entries
  number,     ///< u32 that is no index: the id of a stack, or any number in a devmap_hash
  prefix,     ///< u32 length in bits, and the bits that the prefix is taken from
  cgroup_id,  ///< u64 id of a cgroup, and maybe how its program is attached
  // The descriptor of an object that the value is kept with:
  task,
  file,
  socket,
  cgroup,
};

/// The content of the values of a map.
enum class ValueContent {
  none,
  bytes,
  map,            ///< put takes a descriptor, get returns an id
  program,        ///< put takes a descriptor, get returns an id
  cgroup,         ///< put takes a descriptor; it cannot be read
  perf_event,     ///< put takes a descriptor; it cannot be read
  xdp_socket,     ///< put takes a descriptor; it cannot be read
  socket,         ///< put takes a descriptor; values of 8 bytes are read as cookies
  interface,      ///< u32 index; in 8 bytes also a program (descriptor or id)
  cpu_queue,      ///< u32 number of packets that wait for a CPU; in 8 bytes also a program
  kernel_struct,  ///< operations of a subsystem of the kernel
};

/// "lpm_trie"; "type 34" for a number this library has no name for.
std::string type_name(MapType type);

/// Reads a name as type_name() prints it, or the number alone: "lpm_trie", "type 34", "34".
std::optional<MapType> parse_map_type(std::string_view name);

/// Every type with a name, in kernel order.
std::span<const MapType> all_map_types();

/// Every operation on a map, in the order of the table: lookup to mmap.
std::span<const Operation> all_operations();

/// "lookup", "delete", "pop_batch", …
std::string_view operation_name(Operation operation);

/// Returns whether maps of this type do the operation, on the newest kernel this library knows.
/// Older kernels may still refuse, with Cause::unsupported. A type without a name is assumed to do
/// everything: the kernel decides. Operation::create: whether Map::create can make one.
bool can(MapType type, Operation operation);

/// The first Linux with maps of this type; nullopt if the type has no name.
std::optional<KernelVersion> since(MapType type);

/// The first Linux in which maps of this type do an operation of the table, or create; nullopt if
/// none does, and if the type has no name.
std::optional<KernelVersion> since(MapType type, Operation operation);

/// The types that such a kernel lacks, in kernel order.
std::vector<MapType> types_newer_than(KernelVersion kernel);

/// The operations that a map of this type and these flags can do on that kernel, in the order of
/// the table; empty if the type has no name.
std::vector<Operation> possible_operations(MapType type, std::uint32_t flags,
                                           KernelVersion kernel = running_kernel());

/// One sentence for people: why the type cannot do the operation, and what it can do instead:
/// "queues cannot be listed; peek or pop one value at a time". If the type does the operation, the
/// sentence says since when.
std::string refusal(MapType type, Operation operation, KernelVersion kernel = running_kernel());

/// The content of keys and values of the type; bytes if the type has no name.
KeyContent key_content(MapType type);
ValueContent value_content(MapType type);

/// Returns true for the values of a devmap, devmap_hash or cpumap.
constexpr bool is_redirect(ValueContent content) {
  return content == ValueContent::interface || content == ValueContent::cpu_queue;
}

/// True if a value has one slot for every possible CPU.
bool is_per_cpu(MapType type);

/// True if keys are u32 indices below max_entries, and every one of them exists.
bool is_array_like(MapType type);

/// True if keys are u32 indices below max_entries, of which some may be empty: array-like types and
/// those that hold programs, maps, sockets, devices, CPUs or cgroups.
bool is_indexed(MapType type);

/// True for types without keys: queue and stack, where only the next value can be read.
bool is_keyless(MapType type);

/// True if values are maps: ValueContent::map.
bool holds_maps(MapType type);

/// True if values stand for objects of the kernel: neither bytes nor a kernel_struct.
bool holds_objects(MapType type);

/// True if a full map evicts entries that were not used lately.
bool is_lru(MapType type);

/// True if programs send records through such a map, which EventReader reads.
bool has_events(MapType type);

/// True if create accepts BTF for keys and values of this type.
bool takes_btf(MapType type);

/// Flags of bpf_attr.map_flags by name ("no_prealloc", "mmapable", …).
/// Bits without a name come as one "0x…" element.
std::vector<std::string> flag_names(std::uint32_t flags);

/// Return whether maps of this type have keys (queues have none), values (ring buffers have none)
/// and a max_entries of their own (storages grow with their objects). A size that the type does not
/// have is 0.
bool has_keys(MapType type);
bool has_values(MapType type);
bool has_max_entries(MapType type);

/// Flags that a map of this type cannot be created without (no_prealloc for
/// an LPM trie); Map::create sets them by itself.
std::uint32_t required_flags(MapType type);

/// Flags that the kernel sets by itself and refuses from a caller (rdonly_prog for devmaps).
std::uint32_t automatic_flags(MapType type);

}  // namespace mapctl
