#pragma once
// What a map is created with.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/map_type.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

class Map;

/// What Map::create makes. Sizes are in bytes; what complete() can tell may be left 0.
struct MapSpec {
  MapType type = MapType::unspec;
  std::string name{};  ///< at most 15 of [A-Za-z0-9_.]; a longer one is refused
  std::uint32_t key_size = 0;
  std::uint32_t value_size = 0;
  std::uint32_t max_entries = 0;  ///< of a ring buffer its bytes, of an arena its pages
  std::uint32_t flags = 0;        ///< required_flags(type) are added
  std::uint64_t map_extra = 0;    ///< bloom filter: hash functions, 1 to 15; arena: its address
  std::optional<std::uint32_t> numa_node{};  ///< where its memory lies; not per-CPU
  int inner_map = -1;                        ///< descriptor of the model for a map of maps
  /// The types of key and value, loaded into the kernel as BTF so that the map
  /// itself remembers them. Where the kernel does not take them, the map is made
  /// without, and `untyped` is told why: "the kernel keeps no types for a queue".
  std::optional<TypePair> types{};
  std::function<void(const std::string& why)> untyped{};
};

/// The specification with all filled in that follows from the type and from the
/// rest: sizes that `types` tell or the type fixes (4-byte indices, no key of a
/// queue), types of a storage, one entry of a perf event array for each possible
/// CPU, required flags. What is there already stays, right or wrong.
MapSpec complete(MapSpec spec);

/// What differs between a map and the one that complete(spec) would make, one
/// sentence each: "key size is 4, not 8"; none where it is that kind of map. Of a
/// map of maps the inner ones are compared as far as an entry shows them, which
/// needs CAP_SYS_ADMIN.
std::vector<std::string> differences(const Map& map, const MapSpec& spec);

/// Whether maps of this type have keys (queues have none), values (ring buffers
/// have none) and a max_entries of their own (storages grow with their objects).
/// Where not, that size is 0.
bool has_keys(MapType type);
bool has_values(MapType type);
bool has_max_entries(MapType type);

}  // namespace mapctl
