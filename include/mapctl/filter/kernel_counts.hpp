#pragma once
// The numbers of entries that the kernel itself keeps.

#include <cstdint>
#include <unordered_map>

#include "mapctl/map_type.hpp"

namespace mapctl {

/// True for the types whose entries the kernel counts: those of tries always, those of hashes since
/// Linux 6.6.
constexpr bool keeps_count(MapType type) {
  return type == MapType::hash || type == MapType::percpu_hash || type == MapType::lru_hash ||
         type == MapType::lru_percpu_hash || type == MapType::hash_of_maps ||
         type == MapType::lpm_trie;
}

/// The number of entries of each such map in the kernel, by its id: what a BPF program reads,
/// without a walk. Empty without BTF of the kernel, and without CAP_BPF and CAP_PERFMON.
std::unordered_map<std::uint32_t, std::uint64_t> kernel_counts();

}  // namespace mapctl
