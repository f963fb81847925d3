#pragma once
// Some entries of a map: the unit in which batches read and write.

#include <cstddef>

#include "mapctl/bytes.hpp"

namespace mapctl {

/// Some entries of a map, packed: keys of key_size bytes, values of value_bytes().
/// Valid until the walk that gave it moves on.
class Chunk {
 public:
  Chunk(const std::byte* keys, const std::byte* values, std::size_t count, std::size_t key_size,
        std::size_t value_size)
      : keys_(keys), values_(values), count_(count), key_size_(key_size), value_size_(value_size) {}

  std::size_t size() const noexcept { return count_; }
  ByteView keys() const noexcept { return {keys_, count_ * key_size_}; }
  ByteView key(std::size_t i) const noexcept { return {keys_ + i * key_size_, key_size_}; }
  ByteView value(std::size_t i) const noexcept { return {values_ + i * value_size_, value_size_}; }

 private:
  const std::byte* keys_;
  const std::byte* values_;
  std::size_t count_;
  std::size_t key_size_;
  std::size_t value_size_;
};

}  // namespace mapctl
