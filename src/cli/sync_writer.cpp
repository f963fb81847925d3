#include "sync_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "interrupt.hpp"

namespace mapctl::cli {

namespace {

constexpr std::size_t entries_at_a_time = 4096;

}  // namespace

void Extras::extra(ByteView key, ByteView value) {
  if (is_kept_) append_bytes(order_.passes(value) ? passing_ : others_, key);
}

Bytes Extras::keys() && {
  append_bytes(others_, passing_);
  return std::move(others_);
}

/// The bits that an entry which is there keeps.
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

bool SyncWriter::write(EntryBlock& block) {
  writer_.write(block);
  const std::size_t done = written().steps();
  if (!interrupted() || done == steps_) return true;
  note(fmt::format("interrupted: {} of {} differences were written; run it again to finish", done,
                   steps_));
  return false;
}

bool SyncWriter::put(std::span<const std::uint32_t> numbers, bool are_there) {
  EntryBlock block;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    append(block, numbers[i], are_there);
    if (!block.is_full() && i + 1 < numbers.size()) continue;
    if (!write(block)) return false;
    block.clear();
  }
  return true;
}

bool SyncWriter::erase(ByteView keys) {
  const std::size_t key_size = target_.map.info().key_size;
  while (!keys.empty()) {
    const std::size_t count = std::min(entries_at_a_time, keys.size() / key_size);
    const ByteView part = keys.first(count * key_size);
    EntryBlock block{.erases = true, .count = count};
    append_bytes(block.keys, part);
    block.lines.assign(count, 0);
    if (!write(block)) return false;
    keys = keys.subspan(part.size());
  }
  return true;
}

bool SyncWriter::write(Differences& differences, ByteView extras, std::size_t first) {
  const PassVerdict order(target_.schema.value);
  const auto passes = [&](std::uint32_t number) { return order.passes(wanted_.value(number)); };
  auto& added = differences.added;
  auto& changed = differences.changed;
  const auto other_added = std::ranges::stable_partition(added, passes);
  const auto other_changed = std::ranges::stable_partition(changed, passes);
  const std::size_t key_size = target_.map.info().key_size;
  steps_ = added.size() + changed.size() + extras.size() / key_size;
  watch_interrupts();
  return erase(extras.first(first * key_size)) &&
         put({added.begin(), other_added.begin()}, false) &&
         put({changed.begin(), other_changed.begin()}, true) && put(other_added, false) &&
         put(other_changed, true) && erase(extras.subspan(first * key_size));
}

}  // namespace mapctl::cli
