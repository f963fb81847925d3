#pragma once
// Every entry of a map in a range-based for loop, as objects of C types.

#include <concepts>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <optional>

#include "mapctl/batch.hpp"
#include "mapctl/bytes.hpp"
#include "mapctl/map.hpp"

namespace mapctl {

template <typename K, typename V>
struct Entry {
  K key;
  V value;
};

/// The range that entries() returns. It is read once.
template <typename K, typename V>
class Entries {
 public:
  /// Throws BadInput if the sizes of K and V are not those of the map, and Error if
  /// maps of its type cannot be listed.
  explicit Entries(const Map& map) : reader_(map) {
    if constexpr (!std::constructible_from<K, ByteView>) map.check_key(sizeof(K));
    if constexpr (!std::constructible_from<V, ByteView>) map.check_value(sizeof(V));
  }

  class Iterator {
   public:
    using value_type = Entry<K, V>;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(MapReader& reader) : reader_(&reader), chunk_(reader.next()) {}

    Entry<K, V> operator*() const { return {as<K>(chunk_->key(i_)), as<V>(chunk_->value(i_))}; }
    Iterator& operator++() {
      if (++i_ < chunk_->size()) return *this;
      chunk_ = reader_->next();
      i_ = 0;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !chunk_; }

   private:
    template <typename T>
    static T as(ByteView bytes) {
      if constexpr (std::constructible_from<T, ByteView>) {
        return T(bytes);
      } else {
        T object;
        std::memcpy(&object, bytes.data(), sizeof object);
        return object;
      }
    }

    MapReader* reader_;
    std::optional<Chunk> chunk_;
    std::size_t i_ = 0;
  };

  Iterator begin() { return Iterator(reader_); }
  std::default_sentinel_t end() const { return {}; }

  /// The guarantee and the counts of the walk so far.
  const WalkStats& stats() const noexcept { return reader_.stats(); }

 private:
  MapReader reader_;
};

/// The entries of a map, read by batch, with the guarantees of MapReader:
///
///   for (const auto [key, value] : entries<std::uint32_t, std::uint64_t>(map)) …
///
/// A type is a C type of the map's size, ByteView, or a view of such bytes (PerCpu<V> for
/// values of a per-CPU map); a view is valid until the loop moves on. Keep the range in a
/// variable to ask it for stats() afterwards. The map must outlive it.
template <typename K, typename V>
Entries<K, V> entries(const Map& map) {
  return Entries<K, V>(map);
}
template <typename K, typename V>
Entries<K, V> entries(const Map&&) = delete;

}  // namespace mapctl
