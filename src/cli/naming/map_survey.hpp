#pragma once
// Finds all maps that the caller can see, and their pins.

#include <cstdint>
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

/// Counts the entries of maps, where that is quick.
class QuickCounts {
 public:
  /// The number of entries of a small map by a walk, and of a large one if the kernel keeps it, as
  /// it was when it was first asked for.
  std::optional<std::uint64_t> of(const Map& map);

 private:
  std::optional<std::unordered_map<std::uint32_t, std::uint64_t>> kept_{};
};

/// The number of entries of a map, by reading all keys; nothing if it cannot be walked.
std::optional<std::uint64_t> walked_count(const Map& map);

}  // namespace mapctl::cli
