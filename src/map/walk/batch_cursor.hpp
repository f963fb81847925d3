#pragma once
// The kernel's lookup_batch and lookup_and_delete_batch, one buffer at a time.

#include <cstdint>
#include <optional>

#include "mapctl/chunk.hpp"
#include "mapctl/error.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

/// How many entries of this map fit a buffer of about 256 KiB, at least a few.
std::size_t chunk_capacity(const Map& map);

/// One walk by batch calls. Bound to one map: a cursor that belongs to another
/// one makes the kernel end early or start over without an error.
class BatchCursor {
 public:
  enum class Kind { read, drain };

  /// The first buffer has room for `capacity` entries; it grows where one
  /// bucket of a hash holds more.
  BatchCursor(const Map& map, Kind kind, std::size_t capacity);
  BatchCursor(const Map& map, Kind kind) : BatchCursor(map, kind, chunk_capacity(map)) {}

  /// The next entries, never none; nullopt at the end.
  std::optional<Chunk> next();

  /// The kernel or the type has no such batch call; nothing was read.
  bool unavailable() const noexcept { return unavailable_; }

  /// It stopped because it got nowhere: where an array of maps has holes, older
  /// kernels answer only EINTR. Read on after last_key() by other means.
  bool stuck() const noexcept { return stuck_; }

  /// Not for hashes: the last key handed out; empty before the first.
  ByteView last_key() const noexcept;

  /// The buffers that the last chunk lies in, to close gaps in.
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
  bool is_hash_;  // its place is the number of a bucket; elsewhere it is a key
  std::size_t capacity_ = 0;
  std::size_t key_size_;
  std::size_t value_size_;
  Bytes keys_;
  Bytes values_;
  // Apart from each other: when a call fails, the old place has to survive.
  Bytes place_;
  Bytes next_place_;
  // Not a zeroed place, which for an array is "after index 0".
  bool started_ = false;
  bool ended_ = false;
  bool unavailable_ = false;
  bool stuck_ = false;
  int tries_ = 0;
  std::optional<Error> pending_;  // met after entries that had to be handed out first
};

}  // namespace mapctl
