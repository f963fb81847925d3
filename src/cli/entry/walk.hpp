#pragma once
// Reads all entries of a map, in the order of the kernel.

#include <string>
#include <type_traits>

#include "cli/session/progress.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

/// Calls each(chunk, i) for all entries, or until it returns false. Each chunk counts as progress,
/// if that is given.
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

/// Throws Failed if the walk did not reach the end. `attempt` needs all entries, such as "save m".
void check_complete(const std::string& attempt, const WalkStats& stats);

/// Notes changes that others made during the walk, if they matter.
void note_disturbance(const Map& map, const WalkStats& stats);

/// The part of the map that a walk was asked to read.
enum class Extent {
  whole,
  part,  ///< as much as was requested
};

/// Returns in one sentence how many entries were read and how consistent they are: "1000 entries of
/// m were read: every key that stayed is there exactly once".
std::string stats_text(const Map& map, const WalkStats& stats, Extent extent = Extent::whole);

/// Prints stats_text() if wanted, else calls note_disturbance().
void note_walk(const Map& map, const WalkStats& stats, bool wants_stats,
               Extent extent = Extent::whole);

}  // namespace mapctl::cli
