#include <exception>
#include <utility>

#include "map/map_error.hpp"
#include "map/walk/batch_cursor.hpp"
#include "mapctl/batch.hpp"

// Takes entries out of a map.

namespace mapctl {
namespace {

constexpr std::size_t drain_chunk = 256;
constexpr std::size_t drain_slack = 1024;

}  // namespace

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
      while (count < drain_chunk && take()) continue;
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
    return taken >= most || steps > 2 * most + drain_slack;
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

}  // namespace mapctl
