#pragma once
// Compares each look at the entries of a map with the look before.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "map/walk/key_set.hpp"
#include "mapctl/bytes.hpp"
#include "mapctl/chunk.hpp"

namespace mapctl::cli {

enum class Change { none, added, changed, removed };

/// Remembers the entries of the last look and what changed since the one before. An entry takes its
/// key, its value, and 24 to 56 bytes. One that is removed and put again between two looks is not
/// noticed.
class Looks {
 public:
  struct Entry {
    Change change = Change::none;
    ByteView key;
    std::optional<ByteView> old;    ///< empty for a new entry
    std::optional<ByteView> value;  ///< empty for one that is gone
  };
  using Tell = std::function<void(const Entry&)>;
  /// The value of an entry that is still there.
  using Ask = std::function<std::optional<Bytes>(ByteView key)>;

  Looks(std::size_t key_size, std::size_t value_size)
      : value_size_(value_size), keys_(key_size), key_size_(key_size) {}

  /// A look: begin(), take() for all entries that are there, end(). `tell` hears of all changes;
  /// the first look has none.
  void begin();
  void take(const Chunk& entries, const Tell& tell);
  /// Entries that were not taken are asked for, because a walk can miss one that others move.
  void end(const Ask& ask, const Tell& tell);

  /// The number of entries at the last look.
  std::size_t size() const noexcept { return seen_.size() - gone_; }
  /// How many changed that way at the last look.
  std::size_t count(Change change) const { return counts_[static_cast<std::size_t>(change)]; }

  /// Calls each(entry) for all entries of the last look and those that were removed just before it,
  /// in the order of their first look, until it returns false. Of changes so many that the memory
  /// for their old values does not suffice, some come without those.
  template <typename Each>
  void each(Each each) const {
    for (std::size_t number = 0; number < seen_.size(); ++number)
      if (is_known(number) && !each(entry(number))) return;
  }
  /// The key is one that each() gave.
  Entry find(ByteView key) const { return entry(*keys_.find(key)); }

 private:
  bool is_known(std::size_t number) const;
  Entry entry(std::size_t number) const;
  void insert(ByteView key, ByteView value, const Tell& tell);
  void compare(std::size_t number, ByteView value, const Tell& tell);
  void mark(std::size_t number, Change change);
  std::uint32_t keep_old(ByteView value);
  void forget_removed();
  ByteView value(std::size_t number) const {
    return ByteView{values_}.subspan(number * value_size_, value_size_);
  }

  std::size_t value_size_;
  KeySet keys_;
  std::size_t key_size_;
  Bytes values_;
  std::vector<std::uint32_t> seen_;  ///< for each key, the last look that saw it; 0: it is gone
  std::vector<std::uint32_t>
      since_;  ///< for each key, its change; if it has one, with its old value
  Bytes olds_;
  std::vector<std::uint32_t> numbers_;
  std::array<std::size_t, 4> counts_{};
  std::uint32_t look_ = 0;
  std::size_t gone_ = 0;
};

}  // namespace mapctl::cli
