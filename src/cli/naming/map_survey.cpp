#include "cli/naming/map_survey.hpp"

#include <fmt/format.h>
#include <net/if.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>

#include "cli/session/report.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/error.hpp"
#include "mapctl/filter/kernel_counts.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

/// Identifies a name in a folder, even if its filesystem is mounted several times.
using Place = std::tuple<dev_t, ino_t, std::string>;

std::optional<Place> place_of(const std::filesystem::path& pin) {
  struct stat directory {};
  if (stat(pin.parent_path().c_str(), &directory) != 0) return std::nullopt;
  return Place{directory.st_dev, directory.st_ino, pin.filename().string()};
}

/// Skips pins of other objects, pins that may not be opened, and mounts that may not be read or are
/// hidden by another one.
template <typename IdOf>
PinsById pins_of_objects(IdOf id_of) {
  PinsById pins;
  std::set<Place> seen;
  const auto add = [&](const std::filesystem::path& pin) {
    const std::optional<Place> place = place_of(pin);
    if (!place || !seen.insert(*place).second) return;
    try {
      pins[id_of(pin)].push_back(pin.string());
    } catch (const Error& error) {
      if (error.cause() == Cause::no_memory) throw;
    }
  };
  for (const std::filesystem::path& mount : bpffs_mounts()) try {
      for_each_pin(mount, add);
    } catch (const Error& error) {
      if (error.cause() == Cause::no_memory) throw;
    }
  return pins;
}

/// All ids of the kernel, or only those with a readable pin.
std::vector<std::uint32_t> visible_ids(const PinsById& pins) {
  try {
    return map_ids();
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
  }
  note("this is not all: without CAP_SYS_ADMIN only maps with a pin that you may read are listed");
  std::vector<std::uint32_t> ids;
  for (const auto& [id, paths] : pins) ids.push_back(id);
  return ids;
}

/// Returns nothing if the pin is gone by now, or if another object is pinned there.
std::optional<Map> open_pinned(const std::string& pin, std::uint32_t id) {
  try {
    Map map = Map::open(std::filesystem::path{pin}, Access::read_only);
    return map.info().id == id ? std::optional{std::move(map)} : std::nullopt;
  } catch (const Error& error) {
    if (error.cause() == Cause::no_memory) throw;
    return std::nullopt;
  }
}

/// Opens by pin if ids are not permitted; returns nothing if the map is gone by now.
std::optional<Map> open_visible(std::uint32_t id, std::span<const std::string> pins) {
  try {
    return Map::open(id, Access::read_only);
  } catch (const Error& error) {
    if (error.cause() == Cause::not_found) return std::nullopt;
    if (error.cause() != Cause::permission) throw;
  }
  for (const std::string& pin : pins)
    if (std::optional<Map> map = open_pinned(pin, id)) return map;
  return std::nullopt;
}

}  // namespace

PinsById pins_by_id() {
  return pins_of_objects(
      [](const std::filesystem::path& pin) { return Map::open(pin, Access::read_only).info().id; });
}

PinsById program_pins_by_id() {
  return pins_of_objects(
      [](const std::filesystem::path& pin) { return program_id(open_program(pin)); });
}

std::vector<std::string> pins_of(const PinsById& pins, std::uint32_t id) {
  const auto found = pins.find(id);
  return found == pins.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::vector<ProgramInfo>> programs_using(const Map& map) {
  std::optional<std::vector<ProgramInfo>> users = find_programs();
  if (users)
    std::erase_if(*users, [&](const ProgramInfo& each) { return !each.uses(map.info().id); });
  return users;
}

std::vector<MapHolder> other_holders(const Map& map) {
  std::vector<MapHolder> others = std::move(map_holders().by_map[map.info().id]);
  std::erase_if(others, [own = static_cast<std::uint32_t>(::getpid())](const MapHolder& each) {
    return each.pid == own;
  });
  return others;
}

std::vector<std::string> labels(std::span<const MapHolder> holders) {
  std::vector<std::string> labels;
  for (const MapHolder& holder : holders)
    labels.push_back(fmt::format("{}({})", holder.command, holder.pid));
  return labels;
}

std::map<std::uint32_t, std::string> object_names(ValueContent content) try {
  std::map<std::uint32_t, std::string> names;
  if (content == ValueContent::program)
    for (const ProgramInfo& program : programs()) names[program.id] = program.name;
  if (content == ValueContent::interface) {
    const std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> all(
        ::if_nameindex(), ::if_freenameindex);
    for (auto* each = all.get(); each != nullptr && each->if_index != 0; ++each)
      names[each->if_index] = each->if_name;
  }
  if (content != ValueContent::map) return names;
  for (const std::uint32_t id : map_ids()) try {
      names[id] = Map::open(id, Access::read_only).info().name;
    } catch (const Error& error) {
      if (error.cause() != Cause::not_found) throw;  // it is gone meanwhile
    }
  return names;
} catch (const Error& error) {
  if (error.cause() != Cause::permission) throw;
  return {};
}

void for_each_map(const PinsById& pins, const EachMap& each) {
  for (const std::uint32_t id : visible_ids(pins)) {
    const std::vector<std::string> paths = pins_of(pins, id);
    const std::optional<Map> map = open_visible(id, paths);
    if (map && !each(*map, paths)) return;
  }
}

std::optional<std::uint64_t> QuickCounts::of(const Map& map) {
  const MapInfo& info = map.info();
  // Linux 6.1 waits for a grace period at each lookup of an inner map.
  const bool can_walk = !holds_maps(info.type);
  const bool is_small = is_array_like(info.type) || info.max_entries <= usual_walk;
  if (can_walk && is_small && !prefers_kernel_) return walked_count(map);
  if (keeps_count(info.type)) {
    if (!kept_) kept_ = kernel_counts();
    if (const auto found = kept_->find(info.id); found != kept_->end()) return found->second;
  }
  return can_walk && prefers_kernel_ ? walked_count(map, most_walked_) : std::nullopt;
}

std::optional<std::uint64_t> walked_count(const Map& map, std::uint64_t most) try {
  if (!can(map.info().type, Operation::next_key)) return std::nullopt;
  if (is_array_like(map.info().type)) return count_entries(map);
  MapReader reader(map, MapReader::Wanted::keys);
  std::uint64_t count = 0;
  while (const std::optional<Chunk> chunk = reader.next())
    if ((count += chunk->size()) > most) return std::nullopt;
  return reader.stats().complete ? std::optional{count} : std::nullopt;
} catch (const Error& error) {
  if (error.cause() == Cause::no_memory) throw;
  return std::nullopt;  // a map that cannot be walked has no count; its row is still valid
}

}  // namespace mapctl::cli
