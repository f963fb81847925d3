#include "mapctl/batch.hpp"

#include <cerrno>
#include <map>
#include <stop_token>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "map/walk/batch_cursor.hpp"
#include "support/maps.hpp"

namespace mapctl {
namespace {

using test::cause_of;
using test::make_map;
using test::message_of;
using test::PrefixKey;
using testing::ElementsAre;
using testing::Pair;

template <typename T>
T read(ByteView bytes) {
  T value{};
  std::copy_n(bytes.begin(), sizeof value, writable_bytes_of(value).begin());
  return value;
}

void fill(Map& map, std::uint32_t count) {
  for (std::uint32_t key = 0; key < count; ++key) {
    const std::uint64_t value = key * 10;
    map.put(bytes_of(key), bytes_of(value));
  }
}

PrefixKey host(std::uint32_t i) {
  return {32, {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}};
}

/// The number of times that each key was read.
template <typename Key, typename Reader>
std::map<Key, int> times_seen(Reader& reader) {
  std::map<Key, int> seen;
  while (const std::optional<Chunk> chunk = reader.next()) {
    EXPECT_GT(chunk->size(), 0U);
    for (std::size_t i = 0; i < chunk->size(); ++i) ++seen[read<Key>(chunk->key(i))];
  }
  return seen;
}

std::map<std::uint32_t, std::uint64_t> entries(const Map& map) {
  std::map<std::uint32_t, std::uint64_t> found;
  MapReader reader(map);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i)
      found.emplace(read<std::uint32_t>(chunk->key(i)), read<std::uint64_t>(chunk->value(i)));
  return found;
}

TEST(MapReader, ReadsEveryEntryOnce) {
  for (const MapType type :
       {MapType::hash, MapType::array, MapType::percpu_hash, MapType::percpu_array}) {
    constexpr std::uint32_t count = 50000;
    Map map = make_map(type, count);
    if (!is_per_cpu(type)) fill(map, count);
    for (std::uint32_t key = 0; is_per_cpu(type) && key < count; ++key)
      map.put(bytes_of(key), Bytes(map.value_bytes()));
    MapReader reader(map);
    const auto seen = times_seen<std::uint32_t>(reader);
    EXPECT_EQ(seen.size(), count) << type_name(type);
    EXPECT_EQ(reader.stats().entries, count) << type_name(type);
    EXPECT_TRUE(reader.stats().complete);
  }
}

TEST(MapReader, ReadsTheValuesOfTheKeys) {
  for (const MapType type : {MapType::hash, MapType::array}) {
    Map map = make_map(type, 3);
    fill(map, 3);
    EXPECT_THAT(entries(map), ElementsAre(Pair(0, 0), Pair(1, 10), Pair(2, 20)));
  }
}

TEST(MapReader, EndsAtOnceInAnEmptyMap) {
  for (const MapType type : {MapType::hash, MapType::lpm_trie, MapType::sockhash}) {
    const Map map = make_map(type);
    MapReader reader(map);
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.next());
  }
}

TEST(MapReader, GivesPerCpuValuesOfOddSizeTheirWholeStride) {
  Map map = Map::create(
      {.type = MapType::percpu_hash, .key_size = 4, .value_size = 3, .max_entries = 100});
  for (std::uint32_t key = 0; key < 100; ++key) {
    Bytes value(map.value_bytes());
    for (std::size_t i = 0; i < value.size(); i += 8) value[i] = static_cast<std::byte>(key);
    map.put(bytes_of(key), value);
  }
  MapReader reader(map);
  const auto chunk = reader.next();
  ASSERT_TRUE(chunk);
  ASSERT_EQ(chunk->size(), 100U);
  for (std::size_t i = 0; i < chunk->size(); ++i) {
    const ByteView value = chunk->value(i);
    ASSERT_EQ(value.size(), 8 * possible_cpus().size());
    EXPECT_EQ(value.back(), std::byte{});
    for (std::size_t slot = 0; slot < value.size(); slot += 8)
      EXPECT_EQ(static_cast<std::uint32_t>(value[slot]), read<std::uint32_t>(chunk->key(i)));
  }
}

TEST(MapReader, ReadsKeysShorterThanTheKernelsPlace) {
  Map map =
      Map::create({.type = MapType::hash, .key_size = 1, .value_size = 1, .max_entries = 256});
  for (int key = 0; key < 256; ++key) {
    const auto byte = static_cast<std::uint8_t>(key);
    map.put(bytes_of(byte), bytes_of(byte));
  }
  MapReader reader(map);
  EXPECT_EQ(times_seen<std::uint8_t>(reader).size(), 256U);
}

TEST(MapReader, PassesOverEmptySlots) {
  Map map = make_map(MapType::array_of_maps, 100);
  const Map inner = make_map(MapType::array);
  const auto fd = static_cast<std::uint32_t>(inner.fd());
  for (const std::uint32_t key : {3U, 50U, 99U}) map.put(bytes_of(key), bytes_of(fd));
  MapReader reader(map);
  EXPECT_THAT(times_seen<std::uint32_t>(reader), ElementsAre(Pair(3, 1), Pair(50, 1), Pair(99, 1)));
  EXPECT_EQ(count_entries(map), 3U);
}

TEST(MapReader, CountsNoEmptySlotsWithoutBatchCalls) {
  Map map = make_map(MapType::prog_array, 100);
  const Fd program = test::load_program();
  const auto fd = static_cast<std::uint32_t>(program.get());
  const std::uint32_t key = 40;
  map.put(bytes_of(key), bytes_of(fd));
  MapReader reader(map, MapReader::Wanted::keys);
  EXPECT_THAT(times_seen<std::uint32_t>(reader), ElementsAre(Pair(40, 1)));
}

TEST(MapReader, ReadsTypesWithoutBatchCalls) {
  Map map = make_map(MapType::devmap_hash, 600);
  for (std::uint32_t key = 0; key < 600; ++key) {
    const std::uint64_t loopback = 1;
    map.put(bytes_of(key), bytes_of(loopback));
  }
  MapReader reader(map);
  EXPECT_EQ(times_seen<std::uint32_t>(reader).size(), 600U);
  EXPECT_EQ(reader.stats().consistency, Consistency::best_effort);
}

TEST(MapReader, RefusesWhatCannotBeListed) {
  const Map queue = make_map(MapType::queue);
  EXPECT_EQ(message_of([&] { MapReader reader(queue); }),
            "cannot list the entries of test_map: queues cannot be listed; peek or pop one value "
            "at a time");
  for (const MapType type : {MapType::stack, MapType::ringbuf, MapType::bloom_filter,
                             MapType::xskmap, MapType::perf_event_array}) {
    const Map map = make_map(type);
    EXPECT_EQ(cause_of([&] { MapReader reader(map); }), Cause::unsupported) << type_name(type);
  }
}

TEST(MapReader, FailsOnADescriptorThatMayNotRead) {
  for (const MapType type : {MapType::hash, MapType::sockhash}) {
    const Map map = make_map(type);
    const Map write_only = Map::open(map.info().id, Access::write_only);
    MapReader reader(write_only);
    EXPECT_EQ(cause_of([&] { reader.next(); }), Cause::permission) << type_name(type);
  }
}

TEST(MapReader, SaysWhatAWalkCanPromise) {
  const auto promise = [](MapType type) {
    const Map map = make_map(type);
    return MapReader(map).stats().consistency;
  };
  EXPECT_EQ(promise(MapType::hash), Consistency::per_bucket);
  EXPECT_EQ(promise(MapType::array), Consistency::per_element);
  EXPECT_EQ(promise(MapType::lpm_trie), Consistency::best_effort);
}

TEST(MapReader, SeesEachStableKeyOnceWhileOthersWrite) {
  constexpr std::uint32_t stable = 20000;
  Map map = make_map(MapType::hash, stable + 1000);
  fill(map, stable);
  const std::jthread writer([&](const std::stop_token& stop) {
    for (std::uint32_t i = 0; !stop.stop_requested(); ++i) {
      const std::uint32_t passing = stable + i % 500;
      const std::uint32_t kept = i % stable;
      const std::uint64_t value = i;
      map.put(bytes_of(passing), bytes_of(value));
      map.put(bytes_of(kept), bytes_of(value));
      map.erase(bytes_of(passing));
    }
  });
  for (int pass = 0; pass < 10; ++pass) {
    MapReader reader(map);
    const auto seen = times_seen<std::uint32_t>(reader);
    for (std::uint32_t key = 0; key < stable; ++key)
      ASSERT_EQ(seen.contains(key) ? seen.at(key) : 0, 1) << key;
    for (const auto& [key, times] : seen) ASSERT_EQ(times, 1) << key;
  }
}

/// Erases every second host and puts it back, until it is stopped.
void disturb(Map& map, std::uint32_t count, const std::stop_token& stop) {
  const std::uint64_t value = 1;
  for (std::uint32_t i = 1; !stop.stop_requested(); i = (i + 14) % count) {
    map.erase(bytes_of(host(i)));
    map.put(bytes_of(host(i)), bytes_of(value));
  }
}

// One walk may miss a prefix that stays, because the kernel reads the trie without a lock; it does
// not happen that all walks miss the same prefix.
TEST(MapReader, NeverGivesAPrefixTwiceWhileOthersWrite) {
  constexpr std::uint32_t count = 4096;
  Map map = make_map(MapType::lpm_trie, 2 * count);
  const std::uint64_t value = 1;
  for (std::uint32_t i = 0; i < count; ++i) map.put(bytes_of(host(i)), bytes_of(value));
  const std::jthread writer([&](const std::stop_token& stop) { disturb(map, count, stop); });
  std::map<std::uint64_t, int> ever;
  for (int pass = 0; pass < 50; ++pass) {
    MapReader reader(map);
    const auto seen = times_seen<std::uint64_t>(reader);
    for (const auto& [key, times] : seen) ASSERT_EQ(times, 1);
    EXPECT_EQ(reader.stats().entries, seen.size());
    ever.insert(seen.begin(), seen.end());
  }
  for (std::uint32_t i = 0; i < count; i += 2)
    EXPECT_TRUE(ever.contains(read<std::uint64_t>(bytes_of(host(i))))) << i;
}

TEST(BatchCursor, GrowsUntilABucketFits) {
  constexpr std::uint32_t count = 4096;
  Map map = make_map(MapType::hash, count);
  fill(map, count);
  BatchCursor cursor(map, BatchCursor::Kind::read, 1);
  const auto seen = times_seen<std::uint32_t>(cursor);
  EXPECT_EQ(seen.size(), count);
  for (const auto& [key, times] : seen) EXPECT_EQ(times, 1) << key;
}

TEST(BatchCursor, ReadsArraysInAnyPortion) {
  Map map = make_map(MapType::array, 10);
  for (const std::size_t capacity : {1U, 3U, 10U, 11U}) {
    BatchCursor cursor(map, BatchCursor::Kind::read, capacity);
    EXPECT_EQ(times_seen<std::uint32_t>(cursor).size(), 10U) << capacity;
  }
}

TEST(BatchCursor, LosesNothingWhereADrainHasToGrow) {
  constexpr std::uint32_t count = 4096;
  Map map = make_map(MapType::hash, count);
  fill(map, count);
  BatchCursor cursor(map, BatchCursor::Kind::drain, 1);
  EXPECT_EQ(times_seen<std::uint32_t>(cursor).size(), count);
  EXPECT_EQ(count_entries(map), 0U);
}

TEST(MapDrainer, TakesEverythingOut) {
  Map map = make_map(MapType::hash, 50000);
  fill(map, 50000);
  MapDrainer drainer(map);
  EXPECT_EQ(times_seen<std::uint32_t>(drainer).size(), 50000U);
  EXPECT_EQ(count_entries(map), 0U);
}

TEST(MapDrainer, TakesWhatAChunkHoldsAndNoMore) {
  Map map = make_map(MapType::hash, 100000);
  fill(map, 100000);
  MapDrainer drainer(map);
  const auto chunk = drainer.next();
  ASSERT_TRUE(chunk);
  EXPECT_EQ(count_entries(map), 100000 - chunk->size());
}

TEST(MapDrainer, TakesTriesApartOneByOne) {
  Map map = make_map(MapType::lpm_trie, 1000);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const std::uint64_t value = i;
    map.put(bytes_of(host(i)), bytes_of(value));
  }
  MapDrainer drainer(map);
  EXPECT_EQ(times_seen<std::uint64_t>(drainer).size(), 1000U);
  EXPECT_EQ(count_entries(map), 0U);
}

TEST(MapDrainer, TakesAQueueInOrder) {
  Map map = make_map(MapType::queue, 3);
  for (const std::uint64_t value : {7U, 8U, 9U}) map.put({}, bytes_of(value));
  MapDrainer drainer(map);
  const auto chunk = drainer.next();
  ASSERT_TRUE(chunk);
  ASSERT_EQ(chunk->size(), 3U);
  EXPECT_EQ(read<std::uint64_t>(chunk->value(0)), 7U);
  EXPECT_EQ(read<std::uint64_t>(chunk->value(2)), 9U);
  EXPECT_FALSE(drainer.next());
}

TEST(MapDrainer, EndsThoughOthersKeepAdding) {
  for (const MapType type : {MapType::queue, MapType::hash}) {
    constexpr std::uint32_t most = 20000;
    Map map = make_map(type, most);
    const bool keyed = type == MapType::hash;
    std::uint32_t next = 0;
    const auto refill = [&](std::size_t count) {
      for (std::size_t i = 0; i < count; ++i, ++next)
        map.put(keyed ? bytes_of(next) : ByteView(), bytes_of(std::uint64_t{next}));
    };
    refill(most);
    std::size_t taken = 0;
    MapDrainer drainer(map);
    while (const std::optional<Chunk> chunk = drainer.next()) {
      ASSERT_LE(taken += chunk->size(), 3 * most) << type_name(type);
      refill(chunk->size());
    }
    EXPECT_GE(taken, most);
  }
}

TEST(MapDrainer, SaysThatArraysKeepTheirEntries) {
  Map map = make_map(MapType::array);
  EXPECT_EQ(message_of([&] { MapDrainer drainer(map); }),
            "cannot take an entry from test_map: arrays cannot be drained; put 0 instead");
}

TEST(MapDrainer, DrainsNoFrozenMap) {
  Map map = make_map(MapType::hash);
  fill(map, 4);
  map.freeze();
  MapDrainer drainer(map);
  EXPECT_EQ(cause_of([&] { drainer.next(); }), Cause::frozen);
  EXPECT_EQ(count_entries(map), 4U);
}

TEST(CountEntries, CountsWhatIsThere) {
  Map map = make_map(MapType::hash, 100);
  fill(map, 42);
  EXPECT_EQ(count_entries(map), 42U);
  EXPECT_EQ(count_entries(make_map(MapType::array, 9)), 9U);
}

}  // namespace
}  // namespace mapctl
