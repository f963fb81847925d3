#include "cli/entry/looks.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mapctl::cli {

namespace {

// What since_ holds: a Change, or the place of an old value, counted from this number.
constexpr std::uint32_t first_old = 4;

/// The memory for old values, for each entry.
constexpr std::size_t most_for_old = 16;

}  // namespace

void Looks::begin() {
  if (gone_ > seen_.size() / 2) forget_removed();
  ++look_;
  std::ranges::fill(since_, 0);
  olds_.clear();
  counts_ = {};
}

void Looks::take(const Chunk& entries, const Tell& tell) {
  if (entries.size() == 0) return;
  keys_.find_all(entries.keys(), numbers_);
  for (const std::uint32_t number : numbers_)
    if (number != KeySet::absent) __builtin_prefetch(values_.data() + number * value_size_);
  for (std::size_t i = 0; i < entries.size(); ++i)
    numbers_[i] == KeySet::absent ? insert(entries.key(i), entries.value(i), tell)
                                  : compare(numbers_[i], entries.value(i), tell);
}

void Looks::insert(ByteView key, ByteView value, const Tell& tell) {
  if (!keys_.insert(key)) return;
  append_bytes(values_, value);
  seen_.push_back(look_);
  since_.push_back(0);
  if (look_ == 1) return;
  mark(seen_.size() - 1, Change::added);
  tell({Change::added, key, {}, value});
}

void Looks::compare(std::size_t number, ByteView value, const Tell& tell) {
  const bool was_gone = seen_[number] == 0;
  seen_[number] = look_;
  std::byte* const last = values_.data() + number * value_size_;
  if (!was_gone && std::memcmp(last, value.data(), value_size_) == 0) return;
  if (was_gone) {
    --gone_;
    mark(number, Change::added);
    tell({Change::added, keys_.key(number), {}, value});
  } else {
    mark(number, Change::changed);
    tell({Change::changed, keys_.key(number), this->value(number), value});
    since_[number] = keep_old(this->value(number));
  }
  std::ranges::copy(value, last);
}

void Looks::end(const Ask& ask, const Tell& tell) {
  for (std::size_t number = 0; number < seen_.size(); ++number) {
    if (seen_[number] == look_ || seen_[number] == 0) continue;
    if (const std::optional<Bytes> now = ask(keys_.key(number))) {
      compare(number, *now, tell);
      continue;
    }
    seen_[number] = 0;
    ++gone_;
    mark(number, Change::removed);
    tell({Change::removed, keys_.key(number), value(number), {}});
  }
}

void Looks::mark(std::size_t number, Change change) {
  since_[number] = static_cast<std::uint32_t>(change);
  ++counts_[static_cast<std::size_t>(change)];
}

/// Returns what since_ holds for the change.
std::uint32_t Looks::keep_old(ByteView value) {
  constexpr std::size_t always = 1 << 20;
  if (olds_.size() + value_size_ > std::max(seen_.size() * most_for_old, always))
    return static_cast<std::uint32_t>(Change::changed);
  append_bytes(olds_, value);
  return first_old - 1 + static_cast<std::uint32_t>(olds_.size() / value_size_);
}

bool Looks::is_known(std::size_t number) const {
  return seen_[number] != 0 || since_[number] == static_cast<std::uint32_t>(Change::removed);
}

Looks::Entry Looks::entry(std::size_t number) const {
  const std::uint32_t since = since_[number];
  if (since >= first_old)
    return {Change::changed, keys_.key(number),
            ByteView{olds_}.subspan((since - first_old) * value_size_, value_size_), value(number)};
  const auto change = static_cast<Change>(since);
  if (change == Change::removed) return {change, keys_.key(number), value(number), {}};
  return {change, keys_.key(number), {}, value(number)};
}

/// Keys stay in the set, so that a map whose keys change for ever would fill the memory.
void Looks::forget_removed() {
  KeySet keys(key_size_);
  Bytes values;
  for (std::size_t number = 0; number < seen_.size(); ++number) {
    if (seen_[number] == 0) continue;
    keys.insert(keys_.key(number));
    append_bytes(values, value(number));
  }
  keys_ = std::move(keys);
  values_ = std::move(values);
  seen_.assign(keys_.size(), look_);
  since_.assign(keys_.size(), 0);
  gone_ = 0;
}

}  // namespace mapctl::cli
