#include <string>
#include <vector>

#include <fmt/format.h>

#include "map/create/map_create.hpp"
#include "map/fd_info.hpp"
#include "map/map_error.hpp"
#include "map/type/map_flags.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/error.hpp"
#include "mapctl/map.hpp"

// Compares an existing map with a specification.

namespace mapctl {
namespace {

class Differences {
 public:
  template <typename Value>
  void compare(std::string_view what, const Value& have, const Value& want) {
    if (have != want) found_.push_back(fmt::format("{} is {}, not {}", what, have, want));
  }

  bool none() const { return found_.empty(); }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  std::vector<std::string> found_;
};

/// With one LRU list for each CPU, the kernel rounds the entries up to a multiple of them.
std::uint32_t rounded_entries(const MapSpec& wanted) {
  const auto cpus = static_cast<std::uint32_t>(possible_cpus().size());
  if ((wanted.flags & map_flag::no_common_lru) == 0) return wanted.max_entries;
  return (wanted.max_entries + cpus - 1) / cpus * cpus;
}

/// Hash functions of a bloom filter; 0 stands for the kernel's own choice.
std::uint64_t hash_functions(MapType type, std::uint64_t map_extra) {
  constexpr std::uint64_t kernels_choice = 5;
  return type == MapType::bloom_filter && map_extra == 0 ? kernels_choice : map_extra;
}

/// One of the maps in a map of maps; nullopt if there is none that may be opened.
std::optional<MapInfo> inner_of(const Map& outer) try {
  const auto id = first_inner_id(outer);
  return id ? std::optional{Map::open(*id, Access::read_only).info()} : std::nullopt;
} catch (const Error& error) {
  if (error.cause() == Cause::no_memory) throw;
  return std::nullopt;
}

/// Compares what the kernel compares between an inner map and the model of the outer map.
void compare_inner(Differences& differences, const MapInfo& have, const MapInfo& want) {
  differences.compare("type of the inner maps", type_name(have.type), type_name(want.type));
  differences.compare("key size of the inner maps", have.key_size, want.key_size);
  differences.compare("value size of the inner maps", have.value_size, want.value_size);
  differences.compare("flags of the inner maps", flags_text(have.flags), flags_text(want.flags));
  if (is_array_like(want.type) && (want.flags & map_flag::inner_map) == 0)
    differences.compare("max_entries of the inner maps", have.max_entries, want.max_entries);
}

}  // namespace

std::optional<std::uint32_t> first_inner_id(const Map& map) {
  MapReader reader(map);
  const std::optional<Chunk> chunk = reader.next();
  return chunk ? std::optional{index_of(chunk->value(0))} : std::nullopt;
}

std::vector<std::string> differences(const Map& map, const MapSpec& spec) {
  const MapSpec wanted = complete(spec);
  const MapInfo& there = map.info();
  Differences result;
  result.compare("type", type_name(there.type), type_name(wanted.type));
  result.compare("key size", there.key_size, wanted.key_size);
  result.compare("value size", there.value_size, wanted.value_size);
  result.compare("max_entries", there.max_entries, rounded_entries(wanted));
  result.compare("flags", flags_text(there.flags),
                 flags_text(wanted.flags | automatic_flags(wanted.type)));
  result.compare("number of hash functions", hash_functions(there.type, there.map_extra),
                 hash_functions(wanted.type, wanted.map_extra));
  if (!result.none()) return result.take();
  if (holds_maps(wanted.type) && wanted.inner_map >= 0)
    if (const auto inner = inner_of(map))
      compare_inner(result, *inner, read_map_info(wanted.inner_map));
  return result.take();
}

}  // namespace mapctl
