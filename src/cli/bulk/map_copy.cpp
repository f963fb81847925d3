#include "cli/bulk/map_copy.hpp"

#include <fmt/format.h>

#include "cli/entry/walk.hpp"
#include "cli/input/saved_header.hpp"
#include "map/create/map_create.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

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

}  // namespace

Target make_like(const Target& source, std::string name, std::optional<std::uint32_t> max_entries,
                 const std::string& attempt, const Session& session) {
  refuse_to_lose_types(source.map.info(), source.schema, session, attempt);
  const SavedMap like = describe(source.map.info(), source.schema);
  MapSpec spec = like.spec;
  const std::optional<Map> inner = inner_of(source.map);
  if (inner) spec.inner_map = inner->fd();
  spec.name = std::move(name);
  if (max_entries) spec.max_entries = *max_entries;
  Target target = target_of(create_map(spec, like.types()).map, source.reference, session);
  target.is_new = true;
  return target;
}

MapCopy::MapCopy(const Target& source, Target& destination, const Session& session)
    : source_(source), destination_(destination), writer_(destination, session) {
  if (holds_objects(source.map.info().type)) objects_.emplace();
}

void MapCopy::check_caller() {
  if (destination_.is_new || !writer_.is_guarded()) return;
  walk(source_, MapReader::Wanted::entries,
       [&](const Chunk& chunk, std::size_t i) { writer_.will_put(chunk.key(i), chunk.value(i)); });
  writer_.check([&] {
    return fmt::format("copy {} into {}", source_.map.label(), destination_.map.label());
  });
}

bool MapCopy::run() {
  writer_.begin("copying");
  try {
    return copy_all();
  } catch (Error& error) {
    error.enrich({.done = destination_.is_new ? 0 : count()});
    throw;
  }
}

bool MapCopy::copy_all() {
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

bool MapCopy::write(const Chunk& chunk) {
  EntryBlock block;
  for (std::size_t i = 0; i < chunk.size(); ++i)
    block.add({.key = chunk.key(i), .value = objects_ ? object(chunk.value(i)) : chunk.value(i)});
  return writer_.write(block);
}

/// Converts an object, which is read as an id and put as a descriptor.
ByteView MapCopy::object(ByteView value) {
  return *objects_->value(destination_.map, text_of(source_.schema.value, value));
}

}  // namespace mapctl::cli
