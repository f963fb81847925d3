// Keys and values as objects of C types.

#include <algorithm>
#include <map>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/entries.hpp"
#include "mapctl/map.hpp"
#include "mapctl/per_cpu.hpp"
#include "support/maps.hpp"

namespace mapctl {
namespace {

using test::cause_of;
using test::make_map;
using test::message_of;
using testing::HasSubstr;
using testing::Optional;

using Key = std::uint32_t;
using Value = std::uint64_t;

template <typename K, typename V>
std::map<K, V> all(const Map& map) {
  std::map<K, V> found;
  for (const auto [key, value] : entries<K, V>(map)) found.emplace(key, value);
  return found;
}

TEST(TypedAccess, GivesBackTheObjectThatWasPut) {
  Map map = make_map(MapType::hash);
  map.put(Key{7}, Value{42});
  EXPECT_THAT(map.get<Value>(Key{7}), Optional(Value{42}));
  EXPECT_EQ(map.get<Value>(Key{8}), std::nullopt);
  EXPECT_TRUE(map.erase(Key{7}));
  EXPECT_FALSE(map.erase(Key{7}));
}

TEST(TypedAccess, TakesStructsAndBytes) {
  struct Halves {
    std::uint32_t low, high;
  };
  Map map = make_map(MapType::hash);
  map.put(bytes_of(Key{7}), Halves{1, 2}, Update::create);
  const std::optional<Halves> halves = map.get<Halves>(bytes_of(Key{7}));
  ASSERT_TRUE(halves);
  EXPECT_EQ(halves->low, 1U);
  EXPECT_EQ(halves->high, 2U);
  EXPECT_EQ(cause_of([&] { map.put(Key{7}, Value{}, Update::create); }), Cause::exists);
}

TEST(TypedAccess, NamesBothSizesWhereTheyDiffer) {
  Map map = make_map(MapType::hash);
  EXPECT_EQ(message_of([&] { map.put(Key{1}, std::uint16_t{2}); }),
            "a value of 2 bytes does not fit test_map: it has values of 8 bytes");
  EXPECT_EQ(message_of([&] { map.put(std::uint64_t{1}, Value{2}); }),
            "a key of 8 bytes does not fit test_map: it has keys of 4 bytes");
  EXPECT_THROW(map.get<std::uint32_t>(Key{1}), BadInput);
  EXPECT_THROW((entries<Key, std::uint32_t>(map)), BadInput);
  EXPECT_THROW((entries<std::uint16_t, Value>(map)), BadInput);
}

TEST(TypedAccess, AsksABloomFilterForNoValue) {
  const Map map = make_map(MapType::bloom_filter);
  EXPECT_THAT(message_of([&] { map.get<Value>(ByteView{}); }), HasSubstr("is a bloom filter"));
}

TEST(Entries, AreAllThatAMapHas) {
  Map map = make_map(MapType::hash, 10'000);
  EXPECT_TRUE((all<Key, Value>(map).empty()));
  for (Key key = 0; key < 5'000; ++key) map.put(key, Value{key} * 2);
  const std::map<Key, Value> found = all<Key, Value>(map);
  EXPECT_EQ(found.size(), 5'000U);
  EXPECT_TRUE(std::ranges::all_of(
      found, [](const auto& entry) { return entry.second == Value{entry.first} * 2; }));
}

TEST(Entries, CanBeReadAsBytes) {
  Map map = make_map(MapType::array, 3);
  std::size_t count = 0;
  for (const auto [index, value] : entries<Key, ByteView>(map)) {
    EXPECT_EQ(index, count++);
    EXPECT_EQ(value.size(), sizeof(Value));
  }
  EXPECT_EQ(count, 3U);
}

TEST(Entries, SayHowTheyWereRead) {
  Map map = make_map(MapType::hash);
  map.put(Key{1}, Value{1});
  auto range = entries<Key, Value>(map);
  for (const auto entry : range) EXPECT_EQ(entry.key, 1U);
  EXPECT_EQ(range.stats().entries, 1U);
  EXPECT_EQ(range.stats().consistency, Consistency::per_bucket);
  EXPECT_TRUE(range.stats().complete);
}

TEST(Entries, AreRefusedWhereAMapCannotBeListed) {
  const Map map = make_map(MapType::queue);
  EXPECT_EQ(cause_of([&] { entries<ByteView, Value>(map); }), Cause::unsupported);
}

/// One value for each CPU: its id plus 1.
Bytes slots_by_cpu() {
  Bytes slots;
  for (const unsigned cpu : possible_cpus()) append_bytes(slots, bytes_of(Value{cpu} + 1));
  return slots;
}

TEST(PerCpuValues, BearTheIdsOfTheirCpus) {
  Map map = make_map(MapType::percpu_hash);
  map.put(Key{7}, slots_by_cpu());
  const std::optional<Bytes> slots = map.get(bytes_of(Key{7}));
  std::vector<unsigned> cpus;
  for (const auto [cpu, value] : PerCpu<Value>(slots.value())) {
    cpus.push_back(cpu);
    EXPECT_EQ(value, Value{cpu} + 1);
  }
  EXPECT_EQ(cpus, possible_cpus());
}

TEST(PerCpuValues, AreReadInALoopOverEntries) {
  Map map = make_map(MapType::percpu_hash);
  map.put(Key{7}, slots_by_cpu());
  std::size_t count = 0;
  for (const auto& [key, values] : entries<Key, PerCpu<Value>>(map))
    for (const auto slot : values) {
      EXPECT_EQ(slot.value, Value{slot.cpu} + 1);
      ++count;
    }
  EXPECT_EQ(count, possible_cpus().size());
}

TEST(PerCpuValues, AreEightBytesApart) {
  Bytes slots(8 * possible_cpus().size());
  slots.at(8 * (possible_cpus().size() - 1)) = std::byte{5};
  const PerCpu<std::uint8_t> values{slots};
  EXPECT_EQ(values[values.size() - 1].value, 5);
}

TEST(PerCpuValues, NameTheBytesThatTheyNeed) {
  const Bytes slots(3);
  EXPECT_THAT(message_of([&] { PerCpu<Value>{slots}; }), HasSubstr("have 3 bytes, not "));
}

TEST(MapHandle, OutlivesTheOneThatItWasClonedFrom) {
  std::optional<Map> map = make_map(MapType::hash);
  map->put(Key{7}, Value{42});
  const Map clone = map->clone();
  EXPECT_NE(clone.fd(), map->fd());
  map.reset();
  EXPECT_THAT(clone.get<Value>(Key{7}), Optional(Value{42}));
}

TEST(MapHandle, OfADescriptorLeavesThatOneOpen) {
  Map map = make_map(MapType::hash);
  { Map::duplicate(map.fd()).put(Key{7}, Value{42}); }
  EXPECT_THAT(map.get<Value>(Key{7}), Optional(Value{42}));
}

TEST(MapHandle, IsNotMadeOfWhatIsNoMap) {
  EXPECT_EQ(cause_of([] { Map::duplicate(0); }), Cause::not_a_map);
  EXPECT_EQ(cause_of([] { Map::duplicate(-1); }), Cause::other);
}

TEST(MapHandle, IsUsedByThreadsAtTheSameTime) {
  Map map = make_map(MapType::hash, 4'000);
  const auto put_thousand = [&map](Key first) {
    for (Key key = first; key < first + 1'000; ++key) map.put(key, Value{key});
  };
  {
    std::vector<std::jthread> writers;
    for (const Key first : {0U, 1'000U, 2'000U, 3'000U}) writers.emplace_back(put_thousand, first);
  }
  EXPECT_EQ((all<Key, Value>(map).size()), 4'000U);
}

}  // namespace
}  // namespace mapctl
