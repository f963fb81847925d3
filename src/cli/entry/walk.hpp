#pragma once
// Reads all entries of a map, in the order of the kernel.

#include <string>
#include <type_traits>
#include <utility>

#include "cli/naming/target.hpp"
#include "cli/session/progress.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

/// Reads the entries of a map that exist for the command: all, or those of Target::where.
class EntryReader {
 public:
  /// The target must outlive it.
  explicit EntryReader(const Target& target, MapReader::Wanted wanted = MapReader::Wanted::entries);

  /// The next entries, none only after an interrupt; nothing at the end.
  std::optional<Chunk> next();
  WalkStats stats() const;

 private:
  /// Copies the entries that exist.
  Chunk part_of(const Chunk& chunk);

  const Target& target_;
  MapReader reader_;
  Bytes keys_{};
  Bytes values_{};
  std::size_t left_out_ = 0;
};

/// Calls each(chunk, i) for all entries of a reader, or until it returns false. Each chunk counts
/// as progress, if that is given.
template <typename Reader, typename Each>
WalkStats walk(Reader reader, Each each, Progress* progress = nullptr) {
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

template <typename Each>
WalkStats walk(const Map& map, MapReader::Wanted wanted, Each each, Progress* progress = nullptr) {
  return walk(MapReader(map, wanted), std::move(each), progress);
}

template <typename Each>
WalkStats walk(const Target& target, MapReader::Wanted wanted, Each each,
               Progress* progress = nullptr) {
  return walk(EntryReader(target, wanted), std::move(each), progress);
}

/// Counts the entries that exist for the command.
std::size_t count_entries(const Target& target);

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
