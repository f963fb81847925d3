#pragma once
// All entries of a map, in the order that the kernel gives them.

#include <string>
#include <type_traits>

#include "cli/session/progress.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

/// Calls each(chunk, i) for all entries, or until it returns false. The progress, if there is
/// one, is told of each chunk.
template <typename Each>
WalkStats walk(const Map& map, MapReader::Wanted wanted, Each each, Progress* progress = nullptr) {
  MapReader reader(map, wanted);
  while (const std::optional<Chunk> chunk = reader.next()) {
    if (progress != nullptr) progress->add(chunk->size());
    for (std::size_t i = 0; i < chunk->size(); ++i) {
      if constexpr (std::is_void_v<std::invoke_result_t<Each, const Chunk&, std::size_t>>)
        each(*chunk, i);
      else if (!each(*chunk, i))
        return reader.stats();
    }
  }
  return reader.stats();
}

/// For what needs all entries, such as "save m": throws Failed where the walk did not get to the
/// end.
void check_complete(const std::string& attempt, const WalkStats& stats);

/// Says what others did to the map meanwhile, if it matters.
void note_disturbance(const Map& map, const WalkStats& stats);

/// Which part of the map a walk was meant to read.
enum class Extent {
  whole,
  part,  ///< as much as was asked for
};

/// How many entries were read and how consistent they are, in one sentence:
/// "1000 entries of m were read: every key that stayed is there exactly once".
std::string stats_text(const Map& map, const WalkStats& stats, Extent extent = Extent::whole);

/// Says that where it is wanted, and else what others did to the map, if it matters.
void note_walk(const Map& map, const WalkStats& stats, bool wants_stats,
               Extent extent = Extent::whole);

}  // namespace mapctl::cli
