#include "mapctl/batch.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/map_error.hpp"
#include "map/walk/batch_cursor.hpp"
#include "map/walk/key_set.hpp"
#include "map/walk/mmapped_array.hpp"

namespace mapctl {
namespace {

constexpr std::size_t walk_chunk = 256;
constexpr std::size_t walk_slack = 1024;

bool is_hash(MapType type) { return can(type, Operation::pop_batch); }

/// The kernel starts over if the current key of a walk can vanish.
bool can_restart(MapType type) { return !is_indexed(type); }

Consistency batch_consistency(MapType type) {
  if (is_hash(type)) return Consistency::per_bucket;
  return is_indexed(type) ? Consistency::per_element : Consistency::best_effort;
}

Consistency walk_consistency(MapType type) {
  return can_restart(type) ? Consistency::best_effort : Consistency::per_element;
}

}  // namespace

struct MapReader::Engine {
  Engine(const Map& read_map, Wanted what) : map(read_map), wanted(what), next_key(key_size()) {
    const MapType type = map.info().type;
    for (const Operation needed : {Operation::next_key, Operation::lookup})
      if (!can(type, needed)) throw refused(map.info(), needed);
    mapped = ArrayReader::open(map);
    if (mapped) return;  // each element stays as it was when read
    if (can(type, Operation::lookup_batch)) {
      batch.emplace(map, BatchCursor::Kind::read);
      stats.consistency = batch_consistency(type);
      if (stats.consistency == Consistency::best_effort) seen.emplace(key_size());
    } else {
      start_walk({});
    }
  }

  std::size_t key_size() const { return map.info().key_size; }
  /// Only a lookup shows whether a slot is in use.
  bool wants_values() const { return wanted == Wanted::entries || is_indexed(map.info().type); }

  std::optional<Chunk> next() {
    if (mapped) return mapped->next();
    while (batch) {
      const std::optional<Chunk> chunk = batch->next();
      if (!chunk && (batch->unavailable() || batch->stuck())) {
        start_walk(batch->last_key());
        batch.reset();
      } else if (!chunk || at_bound()) {
        return std::nullopt;
      } else if (const Chunk fresh = without_repeats(*chunk); fresh.size() > 0) {
        return fresh;
      }
    }
    return walk();
  }

  void start_walk(ByteView after) {
    key.assign(after.begin(), after.end());
    stats.consistency = walk_consistency(map.info().type);
    if (can_restart(map.info().type) && !seen) seen.emplace(key_size());
  }

  /// Counts an entry from the kernel; false if it is a repeat.
  bool admit(ByteView given) {
    ++steps;
    if (seen && !seen->insert(given)) {
      ++stats.repeats;
      if (!std::exchange(repeating, true)) ++stats.restarts;
      return false;
    }
    repeating = false;
    return true;
  }

  /// Others can keep a walk going forever by deleting its current key.
  bool at_bound() {
    if (!seen ||
        steps <= 2 * std::max<std::size_t>(map.info().max_entries, seen->size()) + walk_slack)
      return false;
    stats.complete = false;
    return true;
  }

  Chunk without_repeats(const Chunk& chunk) {
    std::size_t kept = 0;
    const std::size_t value_size = map.value_bytes();
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (!admit(chunk.key(i))) continue;
      if (kept != i) {
        std::memmove(batch->keys() + kept * key_size(), chunk.key(i).data(), key_size());
        std::memmove(batch->values() + kept * value_size, chunk.value(i).data(), value_size);
      }
      ++kept;
    }
    return {batch->keys(), batch->values(), kept, key_size(), value_size};
  }

  /// Moves to the next key in the kernel's order; false after the last.
  bool step() {
    const int result =
        ::bpf_map_get_next_key(map.fd(), key.empty() ? nullptr : key.data(), next_key.data());
    if (result == -ENOENT) return false;
    if (result < 0) throw map_error({map.info(), map.fd(), Operation::next_key}, -result);
    key.resize(key_size());
    std::swap(key, next_key);
    return true;
  }

  std::optional<Chunk> walk() {
    const std::size_t value_size = wants_values() ? map.value_bytes() : 0;
    keys.resize(walk_chunk * key_size());
    values.resize(walk_chunk * value_size);
    std::size_t count = 0;
    while (!ended && count < walk_chunk) {
      ended = !step() || at_bound();
      if (ended) break;
      const ByteSpan value{values.data() + count * value_size, value_size};
      // The slot is empty or the entry is gone since: it still counts as a step.
      if (wants_values() && !map.get(key, value)) {
        ++steps;
        continue;
      }
      if (!admit(key)) continue;
      std::memcpy(keys.data() + count * key_size(), key.data(), key_size());
      ++count;
    }
    if (count == 0) return std::nullopt;
    return Chunk(keys.data(), values.data(), count, key_size(), value_size);
  }

  const Map& map;
  Wanted wanted;
  WalkStats stats;
  std::optional<ArrayReader> mapped;
  std::optional<BatchCursor> batch;  // until it proves unusable
  std::optional<KeySet> seen;        // used if the kernel may start over
  std::size_t steps = 0;
  bool repeating = false;

  Bytes key;  // current key of the walk; empty before the first
  Bytes next_key;
  Bytes keys;
  Bytes values;
  bool ended = false;
};

MapReader::MapReader(const Map& map, Wanted wanted)
    : engine_(std::make_unique<Engine>(map, wanted)) {}
MapReader::~MapReader() = default;
MapReader::MapReader(MapReader&&) noexcept = default;
MapReader& MapReader::operator=(MapReader&&) noexcept = default;

std::optional<Chunk> MapReader::next() {
  const std::optional<Chunk> chunk = engine_->next();
  if (chunk) engine_->stats.entries += chunk->size();
  return chunk;
}

const WalkStats& MapReader::stats() const noexcept { return engine_->stats; }

struct MapDrainer::Engine {
  explicit Engine(Map& drained) : map(drained) {
    const MapType type = map.info().type;
    if (is_keyless(type)) return;
    if (!can(type, Operation::erase)) throw refused(map.info(), Operation::pop_batch);
    if (!can(type, Operation::lookup)) throw refused(map.info(), Operation::lookup);
    if (!can(type, Operation::next_key)) throw refused(map.info(), Operation::next_key);
    if (can(type, Operation::pop_batch)) batch.emplace(map, BatchCursor::Kind::drain);
  }

  std::optional<Chunk> next() {
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
    if (batch) {
      const std::optional<Chunk> chunk = batch->next();
      if (chunk || !batch->unavailable()) return chunk;
      batch.reset();
    }
    return one_by_one();
  }

  std::optional<Chunk> one_by_one() {
    keys.clear();
    values.clear();
    count = 0;
    try {
      while (count < walk_chunk && take()) continue;
    } catch (...) {
      // Entries that have left the map are returned first.
      if (count == 0) throw;
      failure = std::current_exception();
    }
    if (count == 0) return std::nullopt;
    return Chunk(keys.data(), values.data(), count, map.info().key_size, map.value_bytes());
  }

  /// Others can keep a drain going forever by adding entries, and by deleting its current key.
  bool at_bound() const {
    const std::size_t most = map.info().max_entries;
    return taken >= most || steps > 2 * most + walk_slack;
  }

  /// Takes one step; false at the end.
  bool take() {
    if (at_bound()) return false;
    ++steps;
    if (is_keyless(map.info().type)) {
      const std::optional<Bytes> value = map.pop();
      if (value) keep({}, *value);
      return value.has_value();
    }
    if (!started) upcoming = map.next_key();
    started = true;
    const std::optional<Bytes> key = std::move(upcoming);
    if (!key) return false;
    // This comes before the deletion: the key after an absent key is the first key.
    upcoming = map.next_key(*key);
    const std::optional<Bytes> value = map.get_exact(*key);
    if (value && map.erase(*key)) keep(*key, *value);
    return true;
  }

  void keep(ByteView key, ByteView value) {
    append_bytes(keys, key);
    append_bytes(values, value);
    ++count;
    ++taken;
  }

  Map& map;
  std::optional<BatchCursor> batch;
  Bytes keys;
  Bytes values;
  std::size_t count = 0;
  std::size_t taken = 0;
  std::size_t steps = 0;
  bool started = false;
  std::optional<Bytes> upcoming;
  std::exception_ptr failure;
};

MapDrainer::MapDrainer(Map& map) : engine_(std::make_unique<Engine>(map)) {}
MapDrainer::~MapDrainer() = default;
MapDrainer::MapDrainer(MapDrainer&&) noexcept = default;
MapDrainer& MapDrainer::operator=(MapDrainer&&) noexcept = default;

std::optional<Chunk> MapDrainer::next() { return engine_->next(); }

std::size_t count_entries(const Map& map) {
  if (is_array_like(map.info().type)) return map.info().max_entries;
  std::size_t count = 0;
  MapReader reader(map, MapReader::Wanted::keys);
  while (const std::optional<Chunk> chunk = reader.next()) count += chunk->size();
  if (!reader.stats().complete)
    throw kernel_error(Operation::next_key, EBUSY, fmt::format("count {}", map.label()),
                       {.cause = Cause::busy, .reason = "it changes faster than it can be read"},
                       map.info().type);
  return count;
}

}  // namespace mapctl
