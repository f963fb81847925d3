#pragma once
// The kernel's lookup_batch and lookup_and_delete_batch, one buffer at a time.

#include <cstdint>
#include <optional>

#include "mapctl/chunk.hpp"
#include "mapctl/error.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// Returns how many entries of this map fit into a buffer of about 256 KiB, at least a few.
std::size_t chunk_capacity(const Map& map);

/// One walk by batch calls over one map: with the cursor of another map, the kernel ends early or
/// starts over without an error.
class BatchCursor {
 public:
  enum class Kind { read, drain };

  /// The first buffer holds `capacity` entries; it grows if one bucket of a hash has more.
  BatchCursor(const Map& map, Kind kind, std::size_t capacity);
  BatchCursor(const Map& map, Kind kind) : BatchCursor(map, kind, chunk_capacity(map)) {}

  /// The next entries, never none; nullopt at the end.
  std::optional<Chunk> next();

  /// True if the kernel or the type has no such batch call; nothing was read.
  bool unavailable() const noexcept { return unavailable_; }

  /// True if the walk stopped because it made no progress: if an array of maps has holes, older
  /// kernels answer only EINTR. Read on after last_key() by other means.
  bool stuck() const noexcept { return stuck_; }

  /// The last key returned, except for hashes; empty before the first.
  ByteView last_key() const noexcept;

  /// The buffers that hold the last chunk, in which the caller may close gaps.
  std::byte* keys() noexcept { return keys_.data(); }
  std::byte* values() noexcept { return values_.data(); }

 private:
  struct Outcome {
    int error;
    std::uint32_t count;
  };

  Outcome call();
  void resize(std::size_t capacity);
  void grow();
  bool keep_trying(int error);
  Error failure(int error) const;

  const Map& map_;
  Kind kind_;
  bool is_hash_;  // the position is a bucket number; elsewhere it is a key
  std::size_t capacity_ = 0;
  std::size_t key_size_;
  std::size_t value_size_;
  Bytes keys_;
  Bytes values_;
  // Separate buffers: when a call fails, the old position must survive.
  Bytes place_;
  Bytes next_place_;
  // Needed because a zeroed position means "after index 0" for an array.
  bool started_ = false;
  bool ended_ = false;
  bool unavailable_ = false;
  bool stuck_ = false;
  int tries_ = 0;
  std::optional<Error> pending_;  // thrown after the entries read before it are returned
};

}  // namespace mapctl
