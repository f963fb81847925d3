#pragma once
// The specification that a map is created with.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/map_type.hpp"

namespace mapctl {

class Map;

/// BTF in the kernel (bpf_btf_load), and the ids in it of the types of a map's key and value.
struct MapBtf {
  int fd = -1;  ///< borrowed
  std::uint32_t key_type_id = 0;
  std::uint32_t value_type_id = 0;
};

/// The specification for Map::create. Sizes are in bytes; values that complete() derives may be 0.
struct MapSpec {
  MapType type = MapType::unspec;
  std::string name{};  ///< at most 15 of [A-Za-z0-9_.]; a longer one is refused
  std::uint32_t key_size = 0;
  std::uint32_t value_size = 0;
  std::uint32_t max_entries = 0;  ///< bytes of a ring buffer, pages of an arena
  std::uint32_t flags = 0;        ///< required_flags(type) are added
  std::uint64_t map_extra = 0;    ///< bloom filter: hash functions, 1 to 15; arena: its address
  std::optional<std::uint32_t> numa_node{};  ///< where its memory is; not for per-CPU types
  int inner_map = -1;                        ///< descriptor of the model for a map of maps
  std::optional<MapBtf> btf{};               ///< types of key and value; not for every type
};

/// Returns the specification with all values filled in that follow from the type and from the rest:
/// sizes that the type fixes (4-byte indices, no key of a queue), one entry of a perf event array
/// for each possible CPU, required flags. Values that are already set stay, right or wrong.
MapSpec complete(MapSpec spec);

/// The differences between a map and the one that complete(spec) would make, one sentence each:
/// "key size is 4, not 8"; empty if there are none. The inner maps of a map of maps are compared as
/// far as an entry shows them, which needs CAP_SYS_ADMIN.
std::vector<std::string> differences(const Map& map, const MapSpec& spec);

}  // namespace mapctl
