#pragma once
// Many keys of one size, packed, each with a number.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mapctl/bytes.hpp"

namespace mapctl {

/// A set of keys of one size: the bytes of each, and 16 to 32 more. They are numbered as they
/// come, from 0.
class KeySet {
 public:
  explicit KeySet(std::size_t key_size) : key_size_(key_size), slots_(std::size_t{1} << 6) {}

  /// False where it is in the set already.
  bool insert(ByteView key);

  std::size_t size() const noexcept { return count_; }

  /// The number of a key.
  std::optional<std::size_t> find(ByteView key) const;

  static constexpr std::uint32_t absent = 0xffffffff;
  /// The numbers of many packed keys, or absent. Quicker than one by one: memory is fetched ahead.
  void find_all(ByteView keys, std::vector<std::uint32_t>& numbers) const;

  ByteView key(std::size_t i) const noexcept { return {keys_.data() + i * key_size_, key_size_}; }

 private:
  /// Slots are in the order of their tags, so that growing moves them in order, too.
  struct Slot {
    std::uint32_t next = 0;  ///< the number of the key, and 1; 0 is empty
    std::uint32_t tag = 0;   ///< of its hash: tells most keys apart without looking at them
  };

  static std::uint32_t tag_of(ByteView key);
  std::size_t home_of(std::uint32_t tag) const noexcept { return tag >> shift_; }
  /// Where the key is, or the empty slot where it would be.
  std::size_t slot_of(ByteView key, std::uint32_t tag) const;
  void grow();

  std::size_t key_size_;
  std::size_t count_ = 0;
  Bytes keys_;
  std::vector<Slot> slots_;  // a power of two
  unsigned shift_ = 32 - 6;  // from a tag to its slot
};

}  // namespace mapctl
