#pragma once
// Many entries at a time: reading, draining and writing by the batch calls (Linux 5.6).
//
// Types and kernels without batch calls are read and written one entry at a time instead.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "mapctl/bytes.hpp"
#include "mapctl/chunk.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// The guarantee that a walk gives when others write to the map meanwhile.
enum class Consistency {
  per_bucket,   ///< hash family by batch: each key that stays is seen exactly once
  per_element,  ///< arrays: each index once, each value as it was when read
  /// No key comes twice, but a key that stays may be missed. In an LPM trie, an entry that is being
  /// deleted may come with the value of a shorter prefix.
  best_effort,
};

struct WalkStats {
  Consistency consistency = Consistency::per_element;
  std::size_t entries = 0;   ///< entries returned
  std::size_t repeats = 0;   ///< entries that came again after a restart and were dropped
  std::size_t restarts = 0;  ///< how often the kernel started over because its position was deleted
  bool complete = true;      ///< false: stopped at the bound while others kept changing the map
};

/// Reads a whole map, chunk by chunk, in bounded memory: about 256 KiB, plus,
/// for walks that can restart (LPM tries and types without batch reading), the
/// keys seen so far.
///
///   MapReader reader(map);
///   while (const std::optional<Chunk> chunk = reader.next())
///     for (std::size_t i = 0; i < chunk->size(); ++i) use(chunk->key(i), chunk->value(i));
class MapReader {
 public:
  enum class Wanted { entries, keys };  ///< keys: values may be skipped where that is cheaper

  /// Throws Error (unsupported) if maps of this type cannot be listed.
  /// The map must outlive the reader.
  explicit MapReader(const Map& map, Wanted wanted = Wanted::entries);
  explicit MapReader(const Map&&, Wanted = Wanted::entries) = delete;
  ~MapReader();
  MapReader(MapReader&&) noexcept;
  MapReader& operator=(MapReader&&) noexcept;

  /// The next entries, never none; nullopt at the end. Every failure throws:
  /// a walk never ends early in silence.
  std::optional<Chunk> next();

  const WalkStats& stats() const noexcept;

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

/// Takes entries out of a map, chunk by chunk: the entries of a chunk have left the map. The hash
/// family uses the lookup-and-delete batch call, other types take one entry at a time. A drain ends
/// although others add entries meanwhile: after one pass over the buckets, elsewhere after as many
/// entries as the map can hold. Throws Error (unsupported) if entries cannot be taken out. A
/// failure after some entries left the map is thrown by the call after the one that returns them.
class MapDrainer {
 public:
  explicit MapDrainer(Map& map);
  ~MapDrainer();
  MapDrainer(MapDrainer&&) noexcept;
  MapDrainer& operator=(MapDrainer&&) noexcept;

  std::optional<Chunk> next();

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

/// Writes count entries packed as in Chunk. On failure throws Error, where details().done is
/// exactly the number of entries written; entry `done` is the one that failed. The kernel does not
/// roll back. Through mmap a value of up to 8 bytes changes at once.
void put_batch(Map& map, ByteView keys, ByteView values, std::size_t count,
               Locking locking = Locking::none);

/// Deletes the packed keys; skips absent ones and calls `absent` with the number of each. Returns
/// how many were removed; a failure throws Error with details().done = keys processed.
std::size_t erase_batch(Map& map, ByteView keys, std::size_t count,
                        const std::function<void(std::size_t)>& absent = {});

/// Returns how many entries the map holds, counted by a walk over its keys (arrays: max_entries,
/// without a walk). Throws Error (busy) if others change the map faster than it can be walked.
std::size_t count_entries(const Map& map);

}  // namespace mapctl
