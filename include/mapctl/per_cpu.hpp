#pragma once
// The values of an entry of a per-CPU map.

#include <cstddef>
#include <cstring>
#include <ranges>
#include <string>

#include "mapctl/bytes.hpp"
#include "mapctl/error.hpp"
#include "mapctl/info.hpp"

namespace mapctl {

/// A view of the values of one entry, one for each CPU that may ever be online, in the
/// order of the CPUs' ids. It reads bytes that it does not own, as Map::get() returns them:
///
///   const std::optional<Bytes> slots = map.get(bytes_of(key));
///   for (const auto [cpu, packets] : PerCpu<std::uint64_t>(slots.value())) …
///
/// As the value type of entries(), it is valid until the loop moves on.
template <Plain V>
class PerCpu {
 public:
  struct Slot {
    unsigned cpu;  ///< the id, as possible_cpus() has it
    V value;
  };

  /// Throws BadInput if the bytes are not those of such values.
  explicit PerCpu(ByteView slots) : slots_{slots, per_cpu_stride(sizeof(V))} {
    const std::size_t needed = slots_.element_size * size();
    if (slots.size() != needed)
      throw BadInput("the values of all CPUs have " + std::to_string(slots.size()) +
                     " bytes, not " + std::to_string(needed) + ": " + std::to_string(size()) +
                     " times " + std::to_string(slots_.element_size));
  }
  explicit PerCpu(const Bytes& slots) : PerCpu(ByteView{slots}) {}
  explicit PerCpu(Bytes&&) = delete;

  std::size_t size() const { return possible_cpus().size(); }

  /// The i-th slot, which is that of CPU i only if the ids have no holes.
  Slot operator[](std::size_t i) const {
    Slot slot{possible_cpus()[i], {}};
    std::memcpy(&slot.value, slots_[i].data(), sizeof slot.value);
    return slot;
  }

  class Iterator {
   public:
    using value_type = Slot;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(const PerCpu& values, std::size_t place) : values_(&values), place_(place) {}

    Slot operator*() const { return (*values_)[place_]; }
    Iterator& operator++() {
      ++place_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++place_;
      return before;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const PerCpu* values_ = nullptr;
    std::size_t place_ = 0;
  };

  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  Packed slots_;
};

}  // namespace mapctl

template <typename V>
inline constexpr bool std::ranges::enable_view<mapctl::PerCpu<V>> = true;
