#pragma once
// Finds all maps that the caller can see, and their pins.

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "mapctl/holders.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// Paths of pins by the id of the pinned object, over every mounted bpffs.
using PinsById = std::map<std::uint32_t, std::vector<std::string>>;
PinsById pins_by_id();

/// The pins of all programs.
PinsById program_pins_by_id();

std::vector<std::string> pins_of(const PinsById& pins, std::uint32_t id);

/// The programs that use the map; nothing if the caller may not list programs.
std::optional<std::vector<ProgramInfo>> programs_using(const Map& map);

/// The other processes that have the map open, as far as the caller may see them.
std::vector<MapHolder> other_holders(const Map& map);

/// `bash(1234)` for each, for people.
std::vector<std::string> labels(std::span<const MapHolder> holders);

/// The names of all objects that such values stand for, by id or number: maps, programs,
/// interfaces. Empty for other values, and if the caller may not list them.
std::map<std::uint32_t, std::string> object_names(ValueContent content);

/// Calls each(map, pins) for every map that the caller can see, until it returns false. Notes that
/// these are not all if the caller may only open pins.
using EachMap = std::function<bool(const Map& map, const std::vector<std::string>& pins)>;
void for_each_map(const PinsById& pins, const EachMap& each);

/// Counts the entries of maps, where that is quick.
class QuickCounts {
 public:
  /// A walk over this many entries takes about 30 ms, which nobody notices at a prompt.
  static constexpr std::uint32_t usual_walk = 16384;

  /// For a few maps: small ones are walked, and the kernel is asked only if there is a large one,
  /// because that takes about 20 ms.
  QuickCounts() = default;
  /// For many maps: the kernel is asked first, and a walk over other maps gives up after `most`
  /// entries.
  static QuickCounts of_many(std::uint32_t most) {
    QuickCounts counts;
    counts.prefers_kernel_ = true;
    counts.most_walked_ = most;
    return counts;
  }

  /// The number of entries, of those that the kernel keeps as it was when it was first asked for.
  std::optional<std::uint64_t> of(const Map& map);

 private:
  bool prefers_kernel_ = false;
  std::uint32_t most_walked_ = 0;
  std::optional<std::unordered_map<std::uint32_t, std::uint64_t>> kept_{};
};

/// The number of entries of a map, by reading all keys; nothing if it cannot be walked, and if it
/// has more than `most`.
std::optional<std::uint64_t> walked_count(
    const Map& map, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

}  // namespace mapctl::cli
