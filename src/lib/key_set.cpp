#include "mapctl/key_set.hpp"

#include <cstring>
#include <functional>
#include <string_view>

namespace mapctl {

bool KeySet::insert(ByteView key) {
  if (2 * (count_ + 1) > slots_.size()) grow();
  const std::size_t slot = slot_of(key);
  if (slots_[slot] != 0) return false;
  append_bytes(keys_, key);
  slots_[slot] = static_cast<std::uint32_t>(++count_);
  return true;
}

std::optional<std::size_t> KeySet::find(ByteView key) const {
  const std::uint32_t number = slots_[slot_of(key)];
  return number == 0 ? std::nullopt : std::optional<std::size_t>{number - 1};
}

std::size_t KeySet::slot_of(ByteView wanted) const {
  const std::string_view text(reinterpret_cast<const char*>(wanted.data()), wanted.size());
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(text)&mask;
  while (slots_[slot] != 0 &&
         std::memcmp(key(slots_[slot] - 1).data(), wanted.data(), key_size_) != 0)
    slot = (slot + 1) & mask;
  return slot;
}

void KeySet::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::size_t i = 0; i < count_; ++i)
    slots_[slot_of(key(i))] = static_cast<std::uint32_t>(i + 1);
}

}  // namespace mapctl
