#include "cli/entry/looks.hpp"

#include <algorithm>

#include "cli/entry/walk.hpp"

namespace mapctl::cli {

Looks::Looks(const Target& target, std::vector<Encoded> keys)
    : target_(target), wanted_(std::move(keys)), keys_(target.map.info().key_size) {}

void Looks::look(const Each& each, const Tell& tell) {
  ++look_;
  const auto found = [&](ByteView key, ByteView value) {
    each(key, value);
    take(key, value, tell);
  };
  if (wanted_.empty()) {
    const WalkStats stats =
        walk(target_, MapReader::Wanted::entries,
             [&](const Chunk& chunk, std::size_t i) { found(chunk.key(i), chunk.value(i)); });
    if (!stats.complete) return;  // what was not seen is perhaps still there: the next look tells
  }
  for (const Encoded& key : wanted_)
    if (const auto value = target_.find(key.bytes)) found(key.bytes, *value);
  tell_removed(tell);
}

ByteSpan Looks::value(std::size_t number) {
  const std::size_t size = target_.map.value_bytes();
  return ByteSpan{values_}.subspan(number * size, size);
}

void Looks::take(ByteView key, ByteView value, const Tell& tell) {
  const std::optional<std::size_t> known = keys_.find(key);
  if (!known) {
    keys_.insert(key);
    append_bytes(values_, value);
    seen_.push_back(look_);
    if (look_ > 1) tell(Change::added, key, {}, value);
    return;
  }
  const std::size_t number = *known;
  const ByteSpan last = this->value(number);
  if (seen_[number] == 0) {
    --removed_;
    tell(Change::added, key, {}, value);
  } else if (!std::ranges::equal(last, value)) {
    tell(Change::changed, key, last, value);
  }
  std::ranges::copy(value, last.begin());
  seen_[number] = look_;
}

/// A walk can miss an entry that others move, so that each is asked for once more.
void Looks::tell_removed(const Tell& tell) {
  for (std::size_t number = 0; number < seen_.size(); ++number) {
    if (seen_[number] == look_ || seen_[number] == 0) continue;
    if (const auto now = target_.find(keys_.key(number))) {
      take(keys_.key(number), *now, tell);
      continue;
    }
    tell(Change::removed, keys_.key(number), value(number), {});
    seen_[number] = 0;
    ++removed_;
  }
  if (removed_ > seen_.size() / 2) forget_removed();
}

/// Keys stay in the set, so that a map whose keys change for ever would fill the memory.
void Looks::forget_removed() {
  KeySet keys(target_.map.info().key_size);
  Bytes values;
  for (std::size_t number = 0; number < seen_.size(); ++number) {
    if (seen_[number] == 0) continue;
    keys.insert(keys_.key(number));
    append_bytes(values, value(number));
  }
  keys_ = std::move(keys);
  values_ = std::move(values);
  seen_.assign(keys_.size(), look_);
  removed_ = 0;
}

}  // namespace mapctl::cli
