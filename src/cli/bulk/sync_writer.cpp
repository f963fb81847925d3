#include "cli/bulk/sync_writer.hpp"

#include <algorithm>
#include <utility>

namespace mapctl::cli {

namespace {

constexpr std::size_t entries_at_a_time = 4096;

}  // namespace

void Extras::add(ByteView key, ByteView value) {
  append_bytes(keys_, key);
  if (order_.matters()) ranks_.push_back(order_.rank(key, value));
}

Bytes Extras::keys() && {
  if (ranks_.empty()) return std::move(keys_);
  const std::size_t size = keys_.size() / ranks_.size();
  Bytes sorted;
  sorted.reserve(keys_.size());
  for (const std::uint32_t place : by_rank(ranks_))
    append_bytes(sorted, ByteView{keys_}.subspan(place * size, size));
  return sorted;
}

/// The bits that an existing entry keeps.
Bytes SyncWriter::kept_bits(std::size_t number) const {
  const ByteView kept = wanted_.kept(number);
  Bytes mask(kept.begin(), kept.end());
  const Bytes& counters = comparison_.ignored();
  mask.resize(counters.empty() ? mask.size() : counters.size());
  for (std::size_t i = 0; i < counters.size(); ++i) mask[i] |= counters[i];
  return mask;
}

void SyncWriter::append(EntryBlock& block, std::size_t number, bool is_there) const {
  ++block.count;
  append_bytes(block.keys, wanted_.key(number));
  append_bytes(block.values, wanted_.value(number));
  block.lines.push_back(static_cast<std::uint32_t>(wanted_.line(number)));
  const Bytes mask = kept_bits(number);
  if (mask.empty()) return;
  if (is_there) return append_bytes(block.kept, mask);
  const ByteSpan value = ByteSpan{block.values}.last(mask.size());
  keep_bits(value, Bytes(mask.size()), mask);
}

bool SyncWriter::put(std::span<const std::uint32_t> numbers, bool are_there) {
  EntryBlock block;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    append(block, numbers[i], are_there);
    if (!block.is_full() && i + 1 < numbers.size()) continue;
    if (!writer_.write(block)) return false;
    block.clear();
  }
  return true;
}

bool SyncWriter::erase_of_one_rank(ByteView keys) {
  const std::size_t key_size = target_.map.info().key_size;
  if (!keys.empty()) settle();
  while (!keys.empty()) {
    const std::size_t count = std::min(entries_at_a_time, keys.size() / key_size);
    const ByteView part = keys.first(count * key_size);
    EntryBlock block{.erases = true, .count = count};
    append_bytes(block.keys, part);
    block.lines.assign(count, 0);
    if (!writer_.write(block)) return false;
    keys = keys.subspan(part.size());
  }
  return true;
}

bool SyncWriter::erase(ByteView keys) {
  if (!order_.hides()) return erase_of_one_rank(keys);
  const std::size_t key_size = target_.map.info().key_size;
  const auto rank_at = [&](std::size_t at) { return order_.rank(keys.subspan(at, key_size), {}); };
  while (!keys.empty()) {
    std::size_t end = key_size;
    while (end < keys.size() && rank_at(end) == rank_at(0)) end += key_size;
    if (!erase_of_one_rank(keys.first(end))) return false;
    keys = keys.subspan(end);
  }
  return true;
}

/// Waits for readers before the entries of another rank are written.
void SyncWriter::settle() {
  if (waits_ && writer_.written().steps() > 0) wait_for_readers();
}

std::uint32_t SyncWriter::rank(std::uint32_t number) const {
  return order_.rank(wanted_.key(number), wanted_.value(number));
}

/// Sorts from the highest rank to the lowest.
void SyncWriter::sort(std::vector<std::uint32_t>& numbers) const {
  std::vector<std::uint32_t> ranks(numbers.size());
  std::ranges::transform(numbers, ranks.begin(), [&](std::uint32_t i) { return ~rank(i); });
  std::vector<std::uint32_t> sorted(numbers.size());
  std::ranges::transform(by_rank(ranks), sorted.begin(),
                         [&](std::uint32_t place) { return numbers[place]; });
  numbers = std::move(sorted);
}

bool SyncWriter::put(Differences& differences) {
  if (order_.matters()) {
    sort(differences.added);
    sort(differences.changed);
  }
  std::span<const std::uint32_t> added = differences.added;
  std::span<const std::uint32_t> changed = differences.changed;
  const auto take = [&](std::span<const std::uint32_t>& numbers, std::uint32_t wanted) {
    const auto end = std::ranges::find_if(numbers, [&](auto i) { return rank(i) != wanted; });
    const auto taken = numbers.first(static_cast<std::size_t>(end - numbers.begin()));
    numbers = numbers.subspan(taken.size());
    return taken;
  };
  while (!added.empty() || !changed.empty()) {
    std::uint32_t highest = 0;
    for (const auto& numbers : {added, changed})
      if (!numbers.empty()) highest = std::max(highest, rank(numbers.front()));
    settle();
    if (!put(take(added, highest), false) || !put(take(changed, highest), true)) return false;
  }
  return true;
}

bool SyncWriter::write(Differences& differences, ByteView extras, std::size_t first) {
  const std::size_t key_size = target_.map.info().key_size;
  const std::size_t total =
      differences.added.size() + differences.changed.size() + extras.size() / key_size;
  writer_.begin("writing", total, "differences were written");
  return erase(extras.first(first * key_size)) && put(differences) &&
         erase(extras.subspan(first * key_size));
}

}  // namespace mapctl::cli
