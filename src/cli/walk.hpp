#pragma once
// All entries of a map, in order, for the commands that print them.

#include "mapctl/batch.hpp"

namespace mapctl::cli {

/// Calls each(chunk, i) for all entries.
template <typename Each>
WalkStats walk(const Map& map, MapReader::Wanted wanted, Each each) {
  MapReader reader(map, wanted);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i) each(*chunk, i);
  return reader.stats();
}

/// For what needs all entries: throws Failed where the walk did not get to the end.
void check_complete(const Map& map, const WalkStats& stats);

/// Says what others did to the map meanwhile, if it matters.
void note_disturbance(const Map& map, const WalkStats& stats);

}  // namespace mapctl::cli
