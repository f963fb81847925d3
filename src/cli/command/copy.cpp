// copy: copies all entries of a map into another map, which it can create.

#include <fmt/format.h>

#include <algorithm>

#include "cli/bulk/map_copy.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/selection.hpp"
#include "cli/entry/walk.hpp"
#include "cli/naming/map_ref.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

struct CopyOptions {
  std::string source;
  std::string destination;
  std::optional<std::uint32_t> max_entries{};
  std::vector<std::string> where{};
  bool dry_run = false;
};

bool is_new(const std::string& reference) {
  if (reference.starts_with("id:") || reference.starts_with("name:")) return false;
  return !is_pinned(pin_path(reference));
}

/// Makes a map like the source. It is pinned once it holds the entries.
Target make_destination(const CopyOptions& options, const Target& source, const Session& session) {
  const std::filesystem::path path = new_pin_path(options.destination, true);
  check_pin_path(path);
  Target target = make_like(source, name_of_pin(path), options.max_entries,
                            fmt::format("copy {} into a new map", source.map.label()), session);
  target.reference = options.destination;
  return target;
}

Target destination_of(const CopyOptions& options, const Target& source, const Session& session) {
  if (is_new(options.destination)) return make_destination(options, source, session);
  if (options.max_entries)
    throw usage_error("--max-entries is for a new map, and the destination is there already");
  return target_of(open_map(options.destination, Access::read_write), options.destination, session);
}

/// Returns true if values of one type can be put into the other: a program's id is not a map's.
bool is_same_object(MapType from, MapType to) {
  if (holds_maps(from)) return holds_maps(to);
  return holds_objects(from) ? from == to : !holds_objects(to);
}

void check_fits(const Map& source, const Map& destination) {
  const MapInfo& from = source.info();
  const MapInfo& to = destination.info();
  if (from.id == to.id)
    throw usage_error(fmt::format("{} is source and destination", source.label()));
  if (!can(to.type, Operation::update))
    throw Failed({"unsupported", Exit::refused,
                  fmt::format("{}: {}", destination.label(), refusal(to.type, Operation::update))});
  const bool fits = from.key_size == to.key_size && from.value_size == to.value_size &&
                    is_per_cpu(from.type) == is_per_cpu(to.type) &&
                    is_same_object(from.type, to.type);
  if (fits) return;
  throw usage_error(
      fmt::format("the entries of {} do not fit into {}", source.label(), destination.label()),
      {fmt::format("{}: {}, keys of {} bytes, values of {} bytes; {}: {}, {} and {} bytes",
                   source.label(), type_name(from.type), from.key_size, source.value_bytes(),
                   destination.label(), type_name(to.type), to.key_size,
                   destination.value_bytes())});
}

Exit copy(const CopyOptions& options, const Session& session) {
  const auto source =
      open_target(options.source, Operation::next_key, session.within(options.where));
  Target destination = destination_of(options, *source, session);
  Map& map = destination.map;
  check_fits(source->map, map);
  MapCopy copy(*source, destination, session);
  copy.check_caller();
  if (options.dry_run) {
    print_report(session, {{"would_copy", count_entries(*source)}});
    return Exit::done;
  }
  if (!copy.run()) return Exit::interrupted;
  Progress::clear();
  if (destination.is_new) map.pin(pin_path(options.destination));
  print_report(session, {{"copied", copy.count()}});
  note_evictions(map, copy.count());
  return Exit::done;
}

constexpr Option copy_options[] = {
    map_operand<&CopyOptions::source>("SRC"),
    operand<&CopyOptions::destination>("DST", ValueKind::map,
                                       "a map, or a path where to pin a new one like SRC"),
    number<&CopyOptions::max_entries>("-m,--max-entries", "of a new map (default: as SRC)").from(1),
    part_where<&CopyOptions::where>(),
    dry_run<&CopyOptions::dry_run>(),
};

}  // namespace

const Command copy_command("copy", "copy all entries into another map", Types::all, action_of<copy>,
                           copy_options,
                           "copy visits old_visits\n"
                           "copy blocklist larger -m 1000000\n"
                           "copy id:42 blocklist --dry-run",
                           {.changes_names = true});

}  // namespace mapctl::cli
