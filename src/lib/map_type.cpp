#include "mapctl/map_type.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

namespace mapctl {
namespace {

using enum Operation;

constexpr unsigned bit(Operation operation) { return 1U << static_cast<unsigned>(operation); }

constexpr unsigned ops(std::initializer_list<Operation> operations) {
  unsigned bits = 0;
  for (const Operation operation : operations) bits |= bit(operation);
  return bits;
}

constexpr unsigned map_operations = bit(create) - 1;

constexpr unsigned element = ops({lookup, update, erase, next_key, freeze});
constexpr unsigned hash_ops =
    element | ops({pop, lookup_batch, pop_batch, update_batch, erase_batch});
constexpr unsigned array_ops = ops({lookup, update, next_key, lookup_batch, update_batch, freeze});
constexpr unsigned queue_ops = ops({lookup, update, pop, freeze});
constexpr unsigned storage_ops = ops({lookup, update, erase, freeze});
constexpr unsigned unreadable = ops({update, erase, next_key, freeze});

enum Trait : unsigned {
  btf = 1,       // create accepts BTF
  per_cpu = 2,   // one slot for each possible CPU
  indexed = 4,   // keys are u32 indices below max_entries
  filled = 8,    // every index exists
  keyless = 16,  // the next value is the only one
  maps = 32,     // the value is a map
};

constexpr std::uint32_t no_prealloc = 1U << 0;
constexpr std::uint32_t mmapable = 1U << 10;

/// What to do instead, where the type cannot be…
struct Instead {
  std::string_view read{};
  std::string_view write{};
  std::string_view erase{};
  std::string_view list{};
};

struct Row {
  MapType type;
  std::string_view name;
  std::string_view plural;   // of the map: "queues"
  std::string_view entries;  // "queue entries"
  unsigned operations;
  unsigned traits = 0;
  Instead instead{};
  std::uint32_t required_flags = 0;
};

constexpr Instead queue_words{.erase = "use pop", .list = "use peek or pop"};
constexpr Instead array_words{.erase = "put 0 instead"};
constexpr Instead ring_words{.read = "a consumer reads them through mmap",
                             .write = "only programs write to them",
                             .erase = "a consumer takes them through mmap",
                             .list = "a consumer reads them through mmap"};
constexpr Instead user_ring_words{.read = "only programs read them",
                                  .write = "a producer writes to them through mmap",
                                  .erase = "only programs take them",
                                  .list = "only programs read them"};
constexpr Instead descriptor_words{.read = "they hold descriptors that only programs can use"};
constexpr Instead cgroup_words{.erase = "they go with their cgroup"};
constexpr Instead arena_words{.read = "map their memory instead",
                              .write = "map their memory instead",
                              .erase = "map their memory instead",
                              .list = "map their memory instead"};

using enum MapType;

// What user space may do with each type, as Linux 6.18 was seen to answer.
// (stack_trace lookup-and-delete is that new.)
constexpr std::array rows{
    Row{hash, "hash", "hash maps", "hash entries", hash_ops, btf},
    Row{array, "array", "arrays", "array entries", array_ops | bit(mmap), btf | indexed | filled,
        array_words},
    Row{prog_array, "prog_array", "program arrays", "program array entries", element,
        btf | indexed},
    Row{perf_event_array, "perf_event_array", "perf event arrays", "perf event array entries",
        unreadable, indexed, descriptor_words},
    Row{percpu_hash, "percpu_hash", "per-CPU hash maps", "per-CPU hash entries", hash_ops,
        btf | per_cpu},
    Row{percpu_array, "percpu_array", "per-CPU arrays", "per-CPU array entries", array_ops,
        btf | per_cpu | indexed | filled, array_words},
    Row{stack_trace,
        "stack_trace",
        "stack trace maps",
        "stack traces",
        ops({lookup, erase, pop, next_key, freeze}),
        0,
        {.write = "only programs write to them"}},
    Row{cgroup_array, "cgroup_array", "cgroup arrays", "cgroup array entries", unreadable, indexed,
        descriptor_words},
    Row{lru_hash, "lru_hash", "LRU hash maps", "LRU hash entries", hash_ops, btf},
    Row{lru_percpu_hash, "lru_percpu_hash", "per-CPU LRU hash maps", "per-CPU LRU hash entries",
        hash_ops, btf | per_cpu},
    Row{lpm_trie,
        "lpm_trie",
        "LPM tries",
        "LPM trie entries",
        element | ops({lookup_batch, update_batch, erase_batch}),
        btf,
        {},
        no_prealloc},
    Row{array_of_maps, "array_of_maps", "arrays of maps", "array-of-maps entries",
        element | ops({lookup_batch, update_batch}), indexed | maps},
    Row{hash_of_maps, "hash_of_maps", "hashes of maps", "hash-of-maps entries",
        hash_ops & ~bit(pop), maps},
    Row{devmap, "devmap", "devmaps", "devmap entries", element, indexed},
    Row{sockmap, "sockmap", "sockmaps", "sockmap entries", element, indexed},
    Row{cpumap, "cpumap", "cpumaps", "cpumap entries", element, indexed},
    Row{xskmap, "xskmap", "XSK maps", "XSK map entries", unreadable, indexed, descriptor_words},
    Row{sockhash, "sockhash", "sockhashes", "sockhash entries", element},
    Row{cgroup_storage, "cgroup_storage", "cgroup storages", "cgroup storage entries",
        element & ~bit(erase), btf, cgroup_words},
    Row{reuseport_sockarray, "reuseport_sockarray", "reuseport socket arrays",
        "reuseport socket array entries", element, btf | indexed},
    Row{percpu_cgroup_storage, "percpu_cgroup_storage", "per-CPU cgroup storages",
        "per-CPU cgroup storage entries", element & ~bit(erase), btf | per_cpu, cgroup_words},
    Row{queue, "queue", "queues", "queue entries", queue_ops, keyless, queue_words},
    Row{stack, "stack", "stacks", "stack entries", queue_ops, keyless, queue_words},
    Row{sk_storage,
        "sk_storage",
        "socket storages",
        "socket storage entries",
        storage_ops,
        btf,
        {.list = "get the entry of one socket, by its descriptor"},
        no_prealloc},
    Row{devmap_hash, "devmap_hash", "devmap hashes", "devmap hash entries", element},
    Row{struct_ops, "struct_ops", "struct_ops maps", "struct_ops entries", element & ~bit(freeze)},
    Row{ringbuf, "ringbuf", "ring buffers", "ring buffer entries", ops({freeze, mmap}), 0,
        ring_words},
    Row{inode_storage,
        "inode_storage",
        "inode storages",
        "inode storage entries",
        storage_ops,
        btf,
        {.list = "get the entry of one file, by its descriptor"},
        no_prealloc},
    Row{task_storage,
        "task_storage",
        "task storages",
        "task storage entries",
        storage_ops,
        btf,
        {.list = "get the entry of one task, by its pidfd"},
        no_prealloc},
    Row{bloom_filter,
        "bloom_filter",
        "bloom filters",
        "bloom filter values",
        ops({lookup, update, freeze}),
        btf,
        {.erase = "create a new filter", .list = "ask for one value at a time"}},
    Row{user_ringbuf, "user_ringbuf", "user ring buffers", "user ring buffer entries",
        ops({freeze, mmap}), 0, user_ring_words},
    Row{cgrp_storage,
        "cgrp_storage",
        "cgroup local storages",
        "cgroup local storage entries",
        storage_ops,
        btf,
        {.list = "get the entry of one cgroup, by its descriptor"},
        no_prealloc},
    Row{arena, "arena", "arenas", "arena entries", ops({freeze, mmap}), 0, arena_words, mmapable},
};

constexpr bool in_kernel_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].type) != i + 1) return false;
  return true;
}
static_assert(in_kernel_order());

const Row* find(MapType type) {
  const auto number = static_cast<std::size_t>(type);
  return number >= 1 && number <= rows.size() ? &rows[number - 1] : nullptr;
}

bool has(MapType type, Trait trait) {
  const Row* row = find(type);
  return row != nullptr && (row->traits & trait) != 0;
}

/// The call for one entry that does what the batch call does for many.
Operation single(Operation operation) {
  if (operation == lookup_batch) return next_key;
  if (operation == pop_batch) return erase;
  if (operation == update_batch) return update;
  if (operation == erase_batch) return erase;
  return operation;
}

bool is_batch(Operation operation) { return single(operation) != operation; }

std::string_view participle(Operation operation) {
  switch (operation) {
    case lookup:
      return "read";
    case update:
      return "written";
    case erase:
      return "deleted";
    case pop:
      return "taken out";
    case next_key:
    case lookup_batch:
      return "listed";
    case pop_batch:
      return "drained";
    case update_batch:
      return "written";
    case erase_batch:
      return "deleted";
    case freeze:
      return "frozen";
    case mmap:
      return "mapped into memory";
    case create:
      return "created";
    case open:
      return "opened";
    case info:
      return "described";
    case pin:
      return "pinned";
    case unpin:
      return "unpinned";
    case list_ids:
      return "enumerated";
    case load_btf:
      return "given types";
    case load_program:
      return "used by this program";
    case attach:
      return "attached";
    case detach:
      return "detached";
  }
  return "used like that";
}

bool concerns_entries(Operation operation) {
  return operation == erase || operation == pop || operation == erase_batch;
}

std::string_view instead_of(const Row& row, Operation operation) {
  const auto works = [&](Operation other) { return (row.operations & bit(other)) != 0; };
  if (is_batch(operation) && works(single(operation))) return "use one call for each entry";
  const Operation one = single(operation);
  if (one == lookup) return row.instead.read;
  if (one == update) return row.instead.write;
  if (one == erase) return row.instead.erase;
  if (one == next_key) return row.instead.list;
  if (one != pop) return {};
  if (works(lookup) && works(erase)) return "use get and delete";
  return works(lookup) && works(next_key) ? "use get" : row.instead.erase;
}

}  // namespace

std::string type_name(MapType type) {
  const Row* row = find(type);
  return row != nullptr ? std::string(row->name)
                        : fmt::format("type {}", static_cast<std::uint32_t>(type));
}

std::optional<MapType> parse_map_type(std::string_view name) {
  const auto* row = std::ranges::find(rows, name, &Row::name);
  return row != rows.end() ? std::optional(row->type) : std::nullopt;
}

std::span<const MapType> all_map_types() {
  static constexpr auto types = [] {
    std::array<MapType, rows.size()> result{};
    std::ranges::transform(rows, result.begin(), &Row::type);
    return result;
  }();
  return types;
}

bool can(MapType type, Operation operation) {
  if ((bit(operation) & map_operations) == 0) return true;
  const Row* row = find(type);
  return row == nullptr || (row->operations & bit(operation)) != 0;
}

std::string refusal(MapType type, Operation operation) {
  const Row* row = find(type);
  if (row == nullptr)
    return fmt::format("maps of {} cannot be {}", type_name(type), participle(operation));
  const bool batch = is_batch(operation) && can(type, single(operation));
  const std::string sentence =
      fmt::format("{} cannot be {}{}", concerns_entries(operation) ? row->entries : row->plural,
                  participle(operation), batch ? " in batches" : "");
  if (can(type, operation)) return sentence + " on this kernel; a newer one can";
  const std::string_view instead = instead_of(*row, operation);
  return instead.empty() ? sentence : fmt::format("{}; {}", sentence, instead);
}

bool is_per_cpu(MapType type) { return has(type, per_cpu); }
bool is_array_like(MapType type) { return has(type, filled); }
bool is_indexed(MapType type) { return has(type, indexed); }
bool is_keyless(MapType type) { return has(type, keyless); }
bool holds_maps(MapType type) { return has(type, maps); }
bool takes_btf(MapType type) { return has(type, btf); }

std::uint32_t required_flags(MapType type) {
  const Row* row = find(type);
  return row != nullptr ? row->required_flags : 0;
}

}  // namespace mapctl
