#pragma once
// The one table of the properties and operations of each map type. Queries about a type, the texts
// of refusals, the allowed flags, and the page in docs come from its row. Size rules beyond a fixed
// size, and flags that exclude each other, are in spec_check.

#include <array>
#include <initializer_list>
#include <span>
#include <string>

#include "mapctl/map_type.hpp"

namespace mapctl {

constexpr unsigned bit(Operation operation) { return 1U << static_cast<unsigned>(operation); }

constexpr unsigned operation_bits(std::initializer_list<Operation> operations) {
  unsigned bits = 0;
  for (const Operation operation : operations) bits |= bit(operation);
  return bits;
}

enum Trait : unsigned {
  takes_types = 1,  // create accepts BTF
  per_cpu = 2,      // one slot for each possible CPU
  filled = 4,       // every index exists
  lru = 8,
  sized_in_bytes = 16,  // max_entries is the bytes of a ring
  net_admin = 32,       // CAP_NET_ADMIN to create, beside CAP_BPF
  events = 64,          // EventReader reads it
};

/// Flags that create accepts, flags that it requires, and flags that the kernel sets by itself.
struct Flags {
  std::uint32_t takes = 0;
  std::uint32_t needs = 0;
  std::uint32_t sets = 0;
};

/// Operations that the type got in a later Linux than the type itself.
struct Later {
  unsigned operations;
  KernelVersion since;
};

/// Advice on what to do instead, for each operation that a type refuses.
struct Words {
  std::string_view read{};
  std::string_view write{};
  std::string_view erase{};
  std::string_view list{};
  std::string_view create{};
  /// The kernel object that an update takes, if it takes one: "a perf event".
  std::string_view takes{};
};

struct TypeRow {
  MapType type;
  std::string_view with_article;  // "an array"; "an xskmap", by its pronunciation
  std::string_view plural;        // of the type's name: "queues"
  std::string_view entries;       // "queue entries"
  KernelVersion since;
  KeyContent key;
  ValueContent value;
  unsigned operations;
  unsigned traits = 0;
  Flags flags{};
  Words words{};
  std::span<const Later> later{};

  constexpr std::string_view name() const {
    return with_article.substr(with_article.find(' ') + 1);
  }
};

/// Every type with a name, in kernel order.
std::span<const TypeRow> type_rows();

/// Null if the type has no name.
const TypeRow* find_row(MapType type);

/// What a call of the operation tries, with {} for the map: "put an entry into {}".
std::string_view attempt_on_map(Operation operation);

bool has(MapType type, Trait trait);

/// The only size in bytes that keys or values of this type can have, or 0.
std::uint32_t fixed_key_size(MapType type);
std::uint32_t fixed_value_size(MapType type);

/// True if the kernel makes no map of this type without BTF.
bool needs_types(MapType type);

/// "a hash", "an array"
std::string with_article(MapType type);

/// The kernel object that an update of this type takes; empty if it takes plain bytes.
std::string_view object_of(MapType type);

/// True for an array without the flag mmapable.
bool needs_flag_to_map(MapType type, std::uint32_t flags);

/// "that needs Linux 6.9, this is 6.1"
std::string needs_version(KernelVersion since, KernelVersion kernel = running_kernel());

}  // namespace mapctl
