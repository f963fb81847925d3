#pragma once
// Many keys of one size, packed, each with a number.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mapctl/bytes.hpp"

namespace mapctl {

/// A set of keys of one size: the bytes of each, and 8 to 16 more. They are numbered as they
/// come, from 0.
class KeySet {
 public:
  explicit KeySet(std::size_t key_size) : key_size_(key_size), slots_(64) {}

  /// False where it is in the set already.
  bool insert(ByteView key);

  std::size_t size() const noexcept { return count_; }

  /// The number of a key.
  std::optional<std::size_t> find(ByteView key) const;
  ByteView key(std::size_t i) const noexcept { return {keys_.data() + i * key_size_, key_size_}; }

 private:
  /// Where the key is, or the empty slot where it would be.
  std::size_t slot_of(ByteView key) const;
  void grow();

  std::size_t key_size_;
  std::size_t count_ = 0;
  Bytes keys_;
  std::vector<std::uint32_t> slots_;  // 1 + the number of the key; 0 is empty; a power of two
};

}  // namespace mapctl
