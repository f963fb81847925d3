#pragma once
// Many keys of one size, packed, each with a number.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mapctl/bytes.hpp"

namespace mapctl {

/// A set of keys of one size. Each key uses its own bytes and 16 to 32 more. The keys are numbered
/// from 0 in the order of insertion.
class KeySet {
 public:
  explicit KeySet(std::size_t key_size) : key_size_(key_size), slots_(std::size_t{1} << 6) {}

  /// Returns false if the key is in the set already.
  bool insert(ByteView key);

  std::size_t size() const noexcept { return count_; }

  /// The number of a key.
  std::optional<std::size_t> find(ByteView key) const;

  static constexpr std::uint32_t absent = 0xffffffff;
  /// Finds the numbers of many packed keys, or absent. Prefetching makes it faster than find().
  void find_all(ByteView keys, std::vector<std::uint32_t>& numbers) const;

  ByteView key(std::size_t i) const noexcept { return {keys_.data() + i * key_size_, key_size_}; }

 private:
  /// Slots are in the order of their tags, so that growing moves them in order, too.
  struct Slot {
    std::uint32_t next = 0;  ///< the number of the key plus 1; 0 is empty
    std::uint32_t tag = 0;   ///< from the key's hash; distinguishes most keys without reading them
  };

  static std::uint32_t tag_of(ByteView key);
  std::size_t home_of(std::uint32_t tag) const noexcept { return tag >> shift_; }
  /// Returns the slot of the key, or the empty slot where it would be.
  std::size_t slot_of(ByteView key, std::uint32_t tag) const;
  void grow();

  std::size_t key_size_;
  std::size_t count_ = 0;
  Bytes keys_;
  std::vector<Slot> slots_;  // the size is a power of two
  unsigned shift_ = 32 - 6;  // turns a tag into its slot
};

}  // namespace mapctl
