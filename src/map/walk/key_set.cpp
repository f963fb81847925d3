#include "map/walk/key_set.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <string_view>
#include <utility>

namespace mapctl {

bool KeySet::insert(ByteView key) {
  if (2 * (count_ + 1) > slots_.size()) grow();
  const std::uint32_t tag = tag_of(key);
  Slot& slot = slots_[slot_of(key, tag)];
  if (slot.next != 0) return false;
  append_bytes(keys_, key);
  slot = {static_cast<std::uint32_t>(++count_), tag};
  return true;
}

std::optional<std::size_t> KeySet::find(ByteView key) const {
  const std::uint32_t next = slots_[slot_of(key, tag_of(key))].next;
  return next == 0 ? std::nullopt : std::optional<std::size_t>{next - 1};
}

void KeySet::find_all(ByteView keys, std::vector<std::uint32_t>& numbers) const {
  constexpr std::size_t at_a_time = 32;
  const std::size_t count = keys.size() / key_size_;
  const Packed packed{keys, key_size_};
  std::array<std::uint32_t, at_a_time> tags;
  numbers.resize(count);
  for (std::size_t from = 0; from < count; from += at_a_time) {
    const std::size_t part = std::min(at_a_time, count - from);
    for (std::size_t i = 0; i < part; ++i) {
      tags[i] = tag_of(packed[from + i]);
      __builtin_prefetch(&slots_[home_of(tags[i])]);
    }
    for (std::size_t i = 0; i < part; ++i) {
      const std::uint32_t next = slots_[home_of(tags[i])].next;
      if (next != 0) __builtin_prefetch(key(next - 1).data());
    }
    for (std::size_t i = 0; i < part; ++i)
      // In an empty slot, `next` is 0, and 0 - 1 is `absent`.
      numbers[from + i] = slots_[slot_of(packed[from + i], tags[i])].next - 1;
  }
}

std::uint32_t KeySet::tag_of(ByteView key) {
  const std::string_view text(reinterpret_cast<const char*>(key.data()), key.size());
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(text) >> 32);
}

std::size_t KeySet::slot_of(ByteView wanted, std::uint32_t tag) const {
  const std::size_t mask = slots_.size() - 1;
  const auto is_other = [&](const Slot& slot) {
    return slot.tag != tag || std::memcmp(key(slot.next - 1).data(), wanted.data(), key_size_) != 0;
  };
  std::size_t at = home_of(tag);
  while (slots_[at].next != 0 && is_other(slots_[at])) at = (at + 1) & mask;
  return at;
}

void KeySet::grow() {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  --shift_;
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.next == 0) continue;
    std::size_t at = home_of(slot.tag);
    while (slots_[at].next != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace mapctl
