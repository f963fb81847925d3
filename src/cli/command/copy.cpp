// copy: all entries of one map into another, which may be made for it.

#include <fmt/format.h>

#include "bulk_write.hpp"
#include "commands.hpp"
#include "interrupt.hpp"
#include "map_ref.hpp"
#include "mapctl/codec.hpp"
#include "mapctl/pin.hpp"
#include "object.hpp"
#include "saved_header.hpp"
#include "summary.hpp"
#include "walk.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

/// The map to copy into. A new one gets its pin once the entries are in it.
struct Destination {
  Target target;
  std::optional<fs::path> pin{};
};

bool is_new(const std::string& reference) {
  if (reference.starts_with("id:") || reference.starts_with("name:")) return false;
  std::error_code ignored;
  return !fs::exists(fs::symlink_status(pin_path(reference), ignored));
}

/// A map like the source. Its types come along.
Destination make_destination(const CopyOptions& options, const Target& source,
                             const Session& session) {
  const fs::path path = pin_path(options.destination);
  check_pin_path(path);
  MapSpec spec = describe(source.map.info(), source.schema).spec;
  if (holds_maps(spec.type))
    throw Failed({"unsupported",
                  Exit::refused,
                  fmt::format("cannot make a map like {}: nothing tells what the maps in it may be",
                              source.map.label()),
                  {},
                  {fmt::format("make it first: mapctl create {} -t {} --inner MAP", path.string(),
                               type_name(spec.type))}});
  spec.name = name_of_pin(path);
  if (options.max_entries) spec.max_entries = *options.max_entries;
  return {target_of(Map::create(spec), session), path};
}

Destination destination_of(const CopyOptions& options, const Target& source,
                           const Session& session) {
  if (is_new(options.destination)) return make_destination(options, source, session);
  if (options.max_entries)
    throw usage_error("--max-entries is for a new map, and the destination is there already");
  return {target_of(open_map(options.destination, Access::read_write), session)};
}

void check_fits(const Map& source, const Map& destination) {
  const MapInfo& from = source.info();
  const MapInfo& to = destination.info();
  if (from.id == to.id)
    throw usage_error(fmt::format("{} is source and destination", source.label()));
  const bool fits = from.key_size == to.key_size && from.value_size == to.value_size &&
                    is_per_cpu(from.type) == is_per_cpu(to.type) &&
                    has_object_values(from.type) == has_object_values(to.type);
  if (fits && can(to.type, Operation::update)) return;
  throw usage_error(
      fmt::format("the entries of {} do not fit into {}", source.label(), destination.label()),
      {fmt::format("{}: {}, keys of {} bytes, values of {} bytes; {}: {}, {} and {} bytes",
                   source.label(), type_name(from.type), from.key_size, from.value_size,
                   destination.label(), type_name(to.type), to.key_size, to.value_size)});
}

/// Copies chunk by chunk.
class Copy {
 public:
  Copy(const Target& source, Target& destination, Progress& progress)
      : source_(source),
        destination_(destination),
        has_objects_(has_object_values(source.map.info().type)),
        progress_(progress),
        writer_(destination, nullptr, progress) {}

  /// False where an interrupt ended it, which is told.
  bool run() {
    MapReader reader(source_.map);
    while (const std::optional<Chunk> chunk = reader.next()) {
      write(*chunk);
      if (!interrupted()) continue;
      progress_.clear();
      note(fmt::format("interrupted: {} entries were copied", writer_.written().put));
      return false;
    }
    progress_.clear();
    check_complete("copy " + source_.map.label(), reader.stats());
    note_disturbance(source_.map, reader.stats());
    return true;
  }

  std::size_t count() const noexcept { return writer_.written().put; }

 private:
  void write(const Chunk& chunk) {
    EntryBlock block;
    // Objects are read as ids and put as descriptors.
    std::vector<Object> objects;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      std::optional<Object> object;
      if (has_objects_)
        object = value_object(destination_.map, text_of(source_.schema.value, chunk.value(i)));
      append_bytes(block.keys, chunk.key(i));
      append_bytes(block.values, object ? ByteView{object->bytes} : chunk.value(i));
      if (object) objects.push_back(*std::move(object));
    }
    block.count = chunk.size();
    block.lines.assign(chunk.size(), 0);
    writer_.write(block);
  }

  const Target& source_;
  Target& destination_;
  const bool has_objects_;
  Progress& progress_;
  BulkWriter writer_;
};

/// A new map that got only a part is gone with its only descriptor: nothing was done.
bool run(Copy& copy, const Destination& destination) {
  try {
    return copy.run();
  } catch (const Error& error) {
    throw destination.pin ? error.with_done(0) : error;
  }
}

}  // namespace

Exit copy(const CopyOptions& options, const Session& session) {
  const auto source = open_target(options.source, Operation::next_key, session);
  Destination destination = destination_of(options, *source, session);
  Map& map = destination.target.map;
  check_fits(source->map, map);
  if (options.dry_run) {
    print_report(session, {{"would_copy", count_entries(source->map)}});
    return Exit::done;
  }
  watch_interrupts();
  Progress progress(session, Progress::Prints::nothing, "copying");
  Copy copy(*source, destination.target, progress);
  if (!run(copy, destination)) return Exit::interrupted;
  if (destination.pin) map.pin(*destination.pin);
  print_summary(session, {{"copied", copy.count()}});
  return Exit::done;
}

}  // namespace mapctl::cli
