// copy: copies all entries of a map into another map, which it can create.

#include <fmt/format.h>

#include <algorithm>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/kernel_object.hpp"
#include "cli/entry/selection.hpp"
#include "cli/entry/walk.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/naming/map_ref.hpp"
#include "map/create/map_create.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"
#include "mapctl/text/codec.hpp"

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

/// For a map of maps: opens one of its inner maps, as the model for those of the new map.
std::optional<Map> inner_of(const Map& source) {
  if (!holds_maps(source.info().type)) return std::nullopt;
  const std::optional<std::uint32_t> id = first_inner_id(source);
  if (!id)
    throw Failed(
        {"unsupported",
         Exit::refused,
         fmt::format("cannot make a map like {}: nothing is in it that tells what the maps "
                     "in it may be",
                     source.label()),
         {},
         {fmt::format("make it first: mapctl create PATH -t {} --inner MAP",
                      type_name(source.info().type))}});
  return Map::open(*id, Access::read_only);
}

/// Makes a map with the properties and types of the source. It is pinned once it holds the entries.
Target make_destination(const CopyOptions& options, const Target& source, const Session& session) {
  const std::filesystem::path path = new_pin_path(options.destination, true);
  check_pin_path(path);
  refuse_to_lose_types(source.map.info(), source.schema, session,
                       fmt::format("copy {} into a new map", source.map.label()));
  const SavedMap like = describe(source.map.info(), source.schema);
  MapSpec spec = like.spec;
  const std::optional<Map> inner = inner_of(source.map);
  if (inner) spec.inner_map = inner->fd();
  spec.name = name_of_pin(path);
  if (options.max_entries) spec.max_entries = *options.max_entries;
  Target target = target_of(create_map(spec, like.types()).map, options.destination, session);
  target.is_new = true;
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

/// Copies the entries chunk by chunk.
class Copy {
 public:
  Copy(const Target& source, Target& destination, const Session& session)
      : source_(source), destination_(destination), writer_(destination, session) {
    if (holds_objects(source.map.info().type)) objects_.emplace();
  }

  /// Throws Failed if the entries would cut off the caller. No filter uses a new map yet.
  void check_caller() {
    if (destination_.is_new || !writer_.is_guarded()) return;
    walk(source_, MapReader::Wanted::entries, [&](const Chunk& chunk, std::size_t i) {
      writer_.will_put(chunk.key(i), chunk.value(i));
    });
    writer_.check([&] {
      return fmt::format("copy {} into {}", source_.map.label(), destination_.map.label());
    });
  }

  /// Returns false if an interrupt ended it, which is reported. A new map that was filled in part
  /// dies with its only descriptor; then nothing was done.
  bool run() {
    writer_.begin("copying");
    try {
      return copy_all();
    } catch (Error& error) {
      error.enrich({.done = destination_.is_new ? 0 : count()});
      throw;
    }
  }

  std::size_t count() const noexcept { return writer_.written().put; }

 private:
  bool copy_all() {
    EntryReader reader(source_);
    while (const std::optional<Chunk> chunk = reader.next()) {
      if (write(*chunk)) continue;
      note(destination_.is_new ? "interrupted: nothing was copied"
                               : fmt::format("interrupted: {} entries were copied", count()));
      return false;
    }
    check_complete("copy all of " + source_.map.label(), reader.stats());
    note_disturbance(source_.map, reader.stats());
    return true;
  }

  bool write(const Chunk& chunk) {
    EntryBlock block;
    for (std::size_t i = 0; i < chunk.size(); ++i)
      block.add({.key = chunk.key(i), .value = objects_ ? object(chunk.value(i)) : chunk.value(i)});
    return writer_.write(block);
  }

  /// Converts an object, which is read as an id and put as a descriptor.
  ByteView object(ByteView value) {
    return *objects_->value(destination_.map, text_of(source_.schema.value, value));
  }

  const Target& source_;
  Target& destination_;
  EntryWriter writer_;
  std::optional<OpenObjects> objects_;
};

Exit copy(const CopyOptions& options, const Session& session) {
  const auto source =
      open_target(options.source, Operation::next_key, session.within(options.where));
  Target destination = destination_of(options, *source, session);
  Map& map = destination.map;
  check_fits(source->map, map);
  Copy copy(*source, destination, session);
  copy.check_caller();
  if (options.dry_run) {
    print_report(session, {{"would_copy", count_entries(*source)}});
    return Exit::done;
  }
  if (!copy.run()) return Exit::interrupted;
  Progress::clear();
  if (destination.is_new) map.pin(pin_path(options.destination));
  print_summary(session, {{"copied", copy.count()}});
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
