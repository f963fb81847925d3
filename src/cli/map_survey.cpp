#include "map_survey.hpp"

#include "mapctl/batch.hpp"
#include "mapctl/error.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

/// A walk over this many entries is not felt at a prompt: about 30 ms.
constexpr std::uint32_t quick_entries = 16384;

/// The id of the map pinned there; nothing for programs, links and what may not be opened.
std::optional<std::uint32_t> pinned_map_id(const std::filesystem::path& pin) {
  try {
    return Map::open(pin, Access::read_only).info().id;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

PinsById pins_by_id() {
  PinsById pins;
  for (const std::filesystem::path& mount : bpffs_mounts())
    for_each_pin(mount, [&](const std::filesystem::path& pin) {
      if (const auto id = pinned_map_id(pin)) pins[*id].push_back(pin.string());
    });
  return pins;
}

std::optional<std::uint64_t> quick_count(const Map& map) {
  const MapInfo& info = map.info();
  const bool is_quick = is_array_like(info.type) || info.max_entries <= quick_entries;
  if (!is_quick || !can(info.type, Operation::next_key)) return std::nullopt;
  try {
    return count_entries(map);
  } catch (const Error&) {
    return std::nullopt;  // a map that cannot be walked has no count; the rest of its row stands
  }
}

}  // namespace mapctl::cli
