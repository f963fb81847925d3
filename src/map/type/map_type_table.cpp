#include "map/type/map_type_table.hpp"

#include "map/type/map_flags.hpp"

namespace mapctl {
namespace {

using enum Operation;

constexpr unsigned element = operation_bits({lookup, update, erase, next_key, freeze});
constexpr unsigned hash_ops =
    element | operation_bits({pop, lookup_batch, pop_batch, update_batch, erase_batch});
constexpr unsigned array_ops =
    operation_bits({lookup, update, next_key, lookup_batch, update_batch, freeze});
constexpr unsigned lpm_ops = element | operation_bits({lookup_batch, update_batch, erase_batch});
constexpr unsigned queue_ops = operation_bits({lookup, update, pop, freeze});
constexpr unsigned storage_ops = operation_bits({lookup, update, erase, freeze});
constexpr unsigned stack_trace_ops = operation_bits({lookup, erase, pop, next_key, freeze});
constexpr unsigned unreadable = operation_bits({update, erase, next_key, freeze});
constexpr unsigned memory_ops = operation_bits({freeze, mmap});
constexpr unsigned batches = operation_bits({lookup_batch, pop_batch, update_batch, erase_batch});

constexpr Later hash_later[] = {{bit(pop), {5, 14}}};
constexpr Later percpu_array_later[] = {{batches, {5, 13}}};
constexpr Later lpm_later[] = {{bit(erase), {4, 15}}, {bit(next_key), {4, 16}}, {batches, {5, 13}}};
constexpr Later prog_array_later[] = {{bit(lookup), {4, 13}}};
constexpr Later of_maps_later[] = {{bit(lookup), {4, 13}}, {batches, {5, 19}}};
constexpr Later stack_trace_later[] = {{bit(next_key), {4, 16}}, {bit(pop), {6, 18}}};
constexpr Later sockmap_later[] = {{bit(lookup), {5, 7}}};

using namespace map_flag;
constexpr std::uint32_t access = rdonly | wronly;
constexpr std::uint32_t program_access = rdonly_prog | wronly_prog;
constexpr std::uint32_t hash_flags = no_prealloc | access | program_access | zero_seed;
constexpr std::uint32_t lru_flags = no_common_lru | access | program_access | zero_seed;
constexpr std::uint32_t array_flags = numa_node | access;
constexpr std::uint32_t memory_flags = numa_node | access | program_access;
constexpr Flags takes(std::uint32_t flags) { return {.takes = flags}; }
constexpr Flags trie_flags{.takes = no_prealloc | memory_flags, .needs = no_prealloc};
constexpr Flags devmap_flags{.takes = array_flags, .sets = rdonly_prog};
constexpr Flags storage_flags{.takes = no_prealloc | clone, .needs = no_prealloc};
constexpr Flags arena_flags{.takes = mmapable | segv_on_fault | no_user_conv, .needs = mmapable};

constexpr std::string_view a_map = "a map like the inner map it was created with";
constexpr std::string_view a_socket =
    "a connected or listening TCP socket, or another the kernel takes";
constexpr std::string_view an_interface = "the index of a network interface";
constexpr std::string_view only_programs = "they hold descriptors that only programs can use";
constexpr std::string_view in_memory = "map their memory instead";

constexpr Words no_words{};
constexpr Words queue_words{.erase = "they are popped", .list = "peek or pop one value at a time"};
constexpr Words array_words{.erase = "put 0 instead"};
constexpr std::string_view as_events = "their records are read as events";
constexpr Words ring_words{.read = as_events,
                           .write = "only programs write to them",
                           .erase = "reading an event takes it out",
                           .list = as_events};
constexpr Words perf_event_words{.read = as_events, .list = as_events, .takes = "a perf event"};
constexpr Words user_ring_words{.read = "only programs read them",
                                .write = "a producer writes to them through mmap",
                                .erase = "only programs take them",
                                .list = "only programs read them"};
constexpr Words cgroup_words{.erase = "they go with their cgroup"};
constexpr Words stack_trace_words{.write = "only programs write to them"};
constexpr Words bloom_words{.erase = "create a new filter", .list = "ask for one value at a time"};
constexpr Words arena_words{
    .read = in_memory, .write = in_memory, .erase = in_memory, .list = in_memory};
constexpr Words struct_ops_words{
    .create = "their value is a type of the kernel's own: load the object file that defines them"};

constexpr Words holds(std::string_view object) { return {.takes = object}; }
constexpr Words hides(std::string_view object) { return {.read = only_programs, .takes = object}; }
constexpr Words stored_with(std::string_view list, std::string_view key) {
  return {.list = list, .takes = key};
}

constexpr KernelVersion from(unsigned major, unsigned minor) { return {major, minor}; }

using enum MapType;
using Key = KeyContent;
using Value = ValueContent;

// The operations that user space has on each type, as tested on Linux 6.1, 6.12 and 6.18.
constexpr std::array rows{

    TypeRow{hash, "a hash", "hash maps", "hash entries", from(3, 19), Key::bytes, Value::bytes,
            hash_ops, takes_types, takes(hash_flags | numa_node), no_words, hash_later},
    TypeRow{array, "an array", "arrays", "array entries", from(3, 19), Key::index, Value::bytes,
            array_ops | bit(mmap), takes_types | filled, takes(memory_flags | mmapable | inner_map),
            array_words},
    TypeRow{prog_array, "a prog_array", "program arrays", "program array entries", from(4, 2),
            Key::index, Value::program, element, takes_types, takes(array_flags),
            holds("a program of the type that the map belongs to"), prog_array_later},
    TypeRow{perf_event_array, "a perf_event_array", "perf event arrays", "perf event array entries",
            from(4, 3), Key::index, Value::perf_event, unreadable, events,
            takes(array_flags | preserve_elems), perf_event_words},
    TypeRow{percpu_hash, "a percpu_hash", "per-CPU hash maps", "per-CPU hash entries", from(4, 6),
            Key::bytes, Value::bytes, hash_ops, takes_types | per_cpu, takes(hash_flags), no_words,
            hash_later},
    TypeRow{percpu_array, "a percpu_array", "per-CPU arrays", "per-CPU array entries", from(4, 6),
            Key::index, Value::bytes, array_ops, takes_types | per_cpu | filled,
            takes(program_access | access), array_words, percpu_array_later},
    TypeRow{stack_trace, "a stack_trace", "stack trace maps", "stack traces", from(4, 6),
            Key::number, Value::bytes, stack_trace_ops, 0, takes(array_flags | stack_build_id),
            stack_trace_words, stack_trace_later},
    TypeRow{cgroup_array, "a cgroup_array", "cgroup arrays", "cgroup array entries", from(4, 8),
            Key::index, Value::cgroup, unreadable, 0, takes(array_flags),
            hides("a cgroup v2 directory")},
    TypeRow{lru_hash, "an lru_hash", "LRU hash maps", "LRU hash entries", from(4, 10), Key::bytes,
            Value::bytes, hash_ops, takes_types | lru, takes(lru_flags | numa_node), no_words,
            hash_later},
    TypeRow{lru_percpu_hash, "an lru_percpu_hash", "per-CPU LRU hash maps",
            "per-CPU LRU hash entries", from(4, 10), Key::bytes, Value::bytes, hash_ops,
            takes_types | per_cpu | lru, takes(lru_flags), no_words, hash_later},
    TypeRow{lpm_trie, "an lpm_trie", "LPM tries", "LPM trie entries", from(4, 11), Key::prefix,
            Value::bytes, lpm_ops, takes_types, trie_flags, no_words, lpm_later},
    TypeRow{array_of_maps, "an array_of_maps", "arrays of maps", "array-of-maps entries",
            from(4, 12), Key::index, Value::map, array_ops | bit(erase), 0, takes(array_flags),
            holds(a_map), of_maps_later},
    TypeRow{hash_of_maps, "a hash_of_maps", "hashes of maps", "hash-of-maps entries", from(4, 12),
            Key::bytes, Value::map, hash_ops & ~bit(pop), 0, takes(hash_flags | numa_node),
            holds(a_map), of_maps_later},
    TypeRow{devmap, "a devmap", "devmaps", "devmap entries", from(4, 14), Key::index,
            Value::interface, element, net_admin, devmap_flags, holds(an_interface)},
    TypeRow{sockmap, "a sockmap", "sockmaps", "sockmap entries", from(4, 14), Key::index,
            Value::socket, element, net_admin, takes(array_flags), holds(a_socket), sockmap_later},
    TypeRow{cpumap, "a cpumap", "cpumaps", "cpumap entries", from(4, 15), Key::index,
            Value::cpu_queue, element, net_admin, takes(numa_node)},
    TypeRow{xskmap, "an xskmap", "XSK maps", "XSK map entries", from(4, 18), Key::index,
            Value::xdp_socket, unreadable, net_admin, takes(array_flags), hides("an XDP socket")},
    TypeRow{sockhash, "a sockhash", "sockhashes", "sockhash entries", from(4, 18), Key::bytes,
            Value::socket, element, net_admin, takes(array_flags), holds(a_socket), sockmap_later},
    TypeRow{cgroup_storage, "a cgroup_storage", "cgroup storages", "cgroup storage entries",
            from(4, 19), Key::cgroup_id, Value::bytes, element & ~bit(erase), takes_types,
            takes(memory_flags), cgroup_words},
    TypeRow{reuseport_sockarray, "a reuseport_sockarray", "reuseport socket arrays",
            "reuseport socket array entries", from(4, 19), Key::index, Value::socket, element,
            takes_types, takes(memory_flags), holds("a bound socket with SO_REUSEPORT")},
    TypeRow{percpu_cgroup_storage, "a percpu_cgroup_storage", "per-CPU cgroup storages",
            "per-CPU cgroup storage entries", from(4, 20), Key::cgroup_id, Value::bytes,
            element & ~bit(erase), takes_types | per_cpu, takes(memory_flags), cgroup_words},
    TypeRow{queue, "a queue", "queues", "queue entries", from(4, 20), Key::none, Value::bytes,
            queue_ops, 0, takes(memory_flags), queue_words},
    TypeRow{stack, "a stack", "stacks", "stack entries", from(4, 20), Key::none, Value::bytes,
            queue_ops, 0, takes(memory_flags), queue_words},
    TypeRow{sk_storage, "an sk_storage", "socket storages", "socket storage entries", from(5, 2),
            Key::socket, Value::bytes, storage_ops, takes_types, storage_flags,
            stored_with("only a program that has a socket open can get its entry",
                        "a socket as its key")},
    TypeRow{devmap_hash, "a devmap_hash", "devmap hashes", "devmap hash entries", from(5, 4),
            Key::number, Value::interface, element, net_admin, devmap_flags, holds(an_interface)},
    TypeRow{struct_ops, "a struct_ops", "struct_ops maps", "struct_ops entries", from(5, 6),
            Key::bytes, Value::kernel_struct, element & ~bit(freeze), 0, Flags(), struct_ops_words},
    TypeRow{ringbuf, "a ringbuf", "ring buffers", "ring buffer entries", from(5, 8), Key::none,
            Value::none, memory_ops, sized_in_bytes | events, takes(numa_node), ring_words},
    TypeRow{inode_storage, "an inode_storage", "inode storages", "inode storage entries",
            from(5, 10), Key::file, Value::bytes, storage_ops, takes_types, storage_flags,
            stored_with("get the entry of one file", "a file as its key")},
    TypeRow{task_storage, "a task_storage", "task storages", "task storage entries", from(5, 11),
            Key::task, Value::bytes, storage_ops, takes_types, storage_flags,
            stored_with("get the entry of one task", "a task as its key")},
    TypeRow{bloom_filter, "a bloom_filter", "bloom filters", "bloom filter values", from(5, 16),
            Key::none, Value::bytes, operation_bits({lookup, update, freeze}), takes_types,
            takes(memory_flags | zero_seed), bloom_words},
    TypeRow{user_ringbuf, "a user_ringbuf", "user ring buffers", "user ring buffer entries",
            from(6, 1), Key::none, Value::none, memory_ops, sized_in_bytes, takes(numa_node),
            user_ring_words},
    TypeRow{cgrp_storage, "a cgrp_storage", "cgroup local storages", "cgroup local storage entries",
            from(6, 2), Key::cgroup, Value::bytes, storage_ops, takes_types, storage_flags,
            stored_with("get the entry of one cgroup", "a cgroup as its key")},
    TypeRow{arena, "an arena", "arenas", "arena entries", from(6, 9), Key::none, Value::none,
            memory_ops, 0, arena_flags, arena_words},
};

constexpr bool in_kernel_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].type) != i + 1) return false;
  return true;
}
static_assert(in_kernel_order());

}  // namespace

std::span<const TypeRow> type_rows() { return rows; }

const TypeRow* find_row(MapType type) {
  const auto number = static_cast<std::size_t>(type);
  return number >= 1 && number <= rows.size() ? &rows[number - 1] : nullptr;
}

}  // namespace mapctl
