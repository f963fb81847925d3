#include "cli/bulk/compare_entries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cli/entry/entry.hpp"
#include "cli/entry/walk.hpp"
#include "cli/output/interrupt.hpp"
#include "mapctl/text/codec.hpp"
#include "text/layout/value_mask.hpp"

namespace mapctl::cli {

namespace {

bool all_are(std::byte value, ByteView mask) {
  return std::ranges::all_of(mask, [&](std::byte b) { return b == value; });
}

/// The keys of a trie, with all bits behind the prefix set to zero.
Bytes prefixes_of(const Chunk& chunk) {
  const std::size_t size = chunk.key(0).size();
  Bytes prefixes(chunk.keys().begin(), chunk.keys().end());
  for (std::size_t at = 0; at < prefixes.size(); at += size)
    clear_host_bits(ByteSpan{prefixes}.subspan(at, size));
  return prefixes;
}

/// Extends the mask of one value to the value of every CPU, with the padding between them.
Bytes of_whole_value(const Bytes& mask, const Target& target) {
  if (!target.schema.per_cpu) return mask;
  Bytes whole(target.map.value_bytes());
  const std::size_t stride = whole.size() / possible_cpus().size();
  for (std::size_t at = 0; at < whole.size(); at += stride)
    std::ranges::copy(mask, whole.begin() + static_cast<std::ptrdiff_t>(at));
  return whole;
}

/// Only commands that write watch interrupts; in others the signal ends the process.
void end_if_interrupted(const Map& map) {
  if (!interrupted()) return;
  throw Failed({"interrupted", Exit::interrupted,
                fmt::format("interrupted while {} was read: nothing was written", map.label())});
}

}  // namespace

WantedEntries::WantedEntries(const Target& target)
    : value_size_(target.map.value_bytes()),
      is_trie_(key_content(target.map.info().type) == KeyContent::prefix),
      keys_(target.map.info().key_size) {}

ByteView WantedEntries::canonical(ByteView key) const {
  if (!is_trie_) return key;
  prefix_.assign(key.begin(), key.end());
  clear_host_bits(prefix_);
  return prefix_;
}

void WantedEntries::find_all(const Chunk& chunk, std::vector<std::uint32_t>& numbers) const {
  keys_.find_all(is_trie_ ? ByteView{prefixes_of(chunk)} : chunk.keys(), numbers);
}

bool WantedEntries::insert(const InputEntry& entry) {
  if (!keys_.insert(canonical(entry.key))) return false;
  append_bytes(values_, entry.value);
  append_bytes(kept_, entry.kept);
  lines_.push_back(static_cast<std::uint32_t>(entry.line));
  return true;
}

bool WantedEntries::merge(std::size_t number, const InputEntry& entry) {
  if (entry.kept.empty()) return false;
  const ByteSpan value = ByteSpan{values_}.subspan(number * value_size_, value_size_);
  const ByteSpan kept = ByteSpan{kept_}.subspan(number * value_size_, value_size_);
  for (std::size_t i = 0; i < value_size_; ++i)
    if ((kept[i] | entry.kept[i]) != std::byte{0xff}) return false;
  for (std::size_t i = 0; i < value_size_; ++i) {
    value[i] |= entry.value[i];
    kept[i] &= entry.kept[i];
  }
  return true;
}

void WantedEntries::add(const InputEntry& entry) {
  if (entry.erases)
    throw BadInput("a deletion says nothing of the entries that there should be",
                   {"leave the entry out, or use load"});
  if (insert(entry)) return;
  const std::size_t first = *find(entry.key);
  if (lines_[first] <= entry.lines_before) return replace(first, entry);
  if (merge(first, entry) || std::ranges::equal(value(first), entry.value)) return;
  throw BadInput(fmt::format("the key is on line {} already, with another value", lines_[first]));
}

void WantedEntries::add_all(EntryInput& input, Progress& progress) {
  while (const InputEntry* const entry = input.next()) {
    progress.add_one();
    try {
      add(*entry);
    } catch (const BadInput&) {
      input.refuse();
    }
  }
}

void WantedEntries::add_all(const Target& other, Progress& progress) {
  const auto add = [this](const Chunk& chunk, std::size_t i) {
    insert({.key = chunk.key(i), .value = chunk.value(i)});
  };
  check_complete("compare " + other.map.label(),
                 walk(other, MapReader::Wanted::entries, add, &progress));
}

void check_in_part(const Target& target, ByteView key, ByteView value, ByteView kept) {
  Bytes then(value.begin(), value.end());
  const auto old = target.where && !kept.empty() ? target.map.get_exact(key) : std::nullopt;
  if (old) keep_bits(then, *old, kept);
  if (!target.holds({key, then})) throw BadInput("--where does not hold for it", {"leave it out"});
}

bool WantedEntries::set(const Target& target, const std::string& key, const std::string& text) {
  const Encoded encoded = key_of_text(target, key);
  Bytes value;
  Bytes kept;
  encode_whole_value(target, text, value, kept);
  check_in_part(target, encoded.bytes, value, kept);
  if (insert({.key = encoded.bytes, .value = value, .kept = kept})) return false;
  const std::size_t number = *find(encoded.bytes);
  const bool differs = !std::ranges::equal(this->value(number), value);
  replace(number, {.key = encoded.bytes, .value = value, .kept = kept});
  return differs;
}

void WantedEntries::replace(std::size_t number, const InputEntry& entry) {
  const auto at = static_cast<std::ptrdiff_t>(number * value_size_);
  std::ranges::copy(entry.value, values_.begin() + at);
  if (!entry.kept.empty()) std::ranges::copy(entry.kept, kept_.begin() + at);
  lines_[number] = static_cast<std::uint32_t>(entry.line);
}

ValueComparison::ValueComparison(const Target& target, bool counters) {
  const Layout& layout = target.schema.value;
  const Bytes ignored = counters ? Bytes(layout.size) : counter_bits(layout);
  if (!all_are(std::byte{0}, ignored)) ignored_ = of_whole_value(ignored, target);
  Bytes counting = seen_bits(layout);
  for (std::size_t i = 0; i < counting.size(); ++i) counting[i] &= ~ignored[i];
  counting_ = of_whole_value(counting, target);
  if (all_are(std::byte{0xff}, counting_)) counting_.clear();
}

bool ValueComparison::equal(ByteView a, ByteView b, ByteView kept) const {
  if (std::memcmp(a.data(), b.data(), a.size()) == 0) return true;
  if (counting_.empty() && kept.empty()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::byte differs = a[i] ^ b[i];
    if (!counting_.empty()) differs &= counting_[i];
    if (!kept.empty()) differs &= ~kept[i];
    if (differs != std::byte{0}) return false;
  }
  return true;
}

Differences compare(const Target& target, const WantedEntries& wanted,
                    const ValueComparison& comparison, DifferenceVisitor& visitor,
                    Progress& progress) {
  const Map& map = target.map;
  Differences differences;
  std::vector<bool> is_there(wanted.size());
  constexpr std::size_t ahead = 16;
  std::vector<std::uint32_t> numbers;  // the number of each entry of the chunk
  const auto visit = [&](const Chunk& chunk, std::size_t i) {
    if (i == 0) {
      end_if_interrupted(map);
      wanted.find_all(chunk, numbers);
    }
    if (i + ahead < numbers.size()) wanted.fetch_value(numbers[i + ahead]);
    const std::uint32_t number = numbers[i];
    if (!target.holds({chunk.key(i), chunk.value(i)})) {
      ++differences.outside;
      if (number != KeySet::absent) differences.taken.push_back(number);
      return;
    }
    if (number == KeySet::absent) {
      ++differences.extra;
      visitor.extra(chunk.key(i), chunk.value(i));
      return;
    }
    is_there[number] = true;
    if (comparison.equal(wanted.value(number), chunk.value(i), wanted.kept(number))) {
      ++differences.unchanged;
      return;
    }
    differences.changed.push_back(number);
    visitor.changed(number, chunk.value(i));
  };
  const WalkStats stats = walk(map, MapReader::Wanted::entries, visit, &progress);
  check_complete("compare " + map.label(), stats);
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!is_there[i]) differences.added.push_back(static_cast<std::uint32_t>(i));
  return differences;
}

Differences compare_keys(const Target& target, const WantedEntries& wanted,
                         const std::vector<Bytes>& unwanted, std::size_t entries,
                         const ValueComparison& comparison, DifferenceVisitor& visitor) {
  Differences differences;
  for (std::uint32_t number = 0; number < wanted.size(); ++number) {
    const ByteView key = wanted.key(number);
    const std::optional<Bytes> old = target.map.get_exact(key);
    if (!old) {
      differences.added.push_back(number);
    } else if (!target.holds({key, *old})) {
      ++differences.outside;
      differences.taken.push_back(number);
    } else if (comparison.equal(wanted.value(number), *old, wanted.kept(number))) {
      ++differences.unchanged;
    } else {
      differences.changed.push_back(number);
      visitor.changed(number, *old);
    }
  }
  for (const Bytes& key : unwanted)
    if (const std::optional<Bytes> old = target.find(key)) {
      ++differences.extra;
      visitor.extra(key, *old);
    }
  const std::size_t seen = differences.in_map() + differences.outside;
  differences.elsewhere = entries - std::min(seen, entries);
  return differences;
}

void refuse_objects(const Map& map) {
  const MapInfo& info = map.info();
  constexpr std::uint32_t number = 4;  // an ifindex or packet count, no program beside it
  if (!holds_objects(info.type) ||
      (is_redirect(value_content(info.type)) && info.value_size == number))
    return;
  throw Failed({"unsupported",
                Exit::refused,
                fmt::format("the entries of {} cannot be compared: they are put as descriptors and "
                            "read as ids",
                            map.label()),
                fmt::format("it is of type {}", type_name(info.type)),
                {"put them all again: mapctl load"}});
}

}  // namespace mapctl::cli
