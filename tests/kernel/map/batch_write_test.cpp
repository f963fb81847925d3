#include <cerrno>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "mapctl/batch.hpp"
#include "support/maps.hpp"

namespace mapctl {
namespace {

using test::error_of;
using test::make_map;
using test::PrefixKey;

template <typename T>
ByteView packed(const std::vector<T>& items) {
  return std::as_bytes(std::span(items));
}

std::vector<std::uint32_t> numbers(std::size_t count) {
  std::vector<std::uint32_t> keys(count);
  std::iota(keys.begin(), keys.end(), 0U);
  return keys;
}

void fill(Map& map, const std::vector<std::uint32_t>& keys) {
  const std::vector<std::uint64_t> values(keys.size(), 7);
  put_batch(map, packed(keys), packed(values), keys.size());
}

TEST(PutBatch, PutsThemAll) {
  for (const MapType type : {MapType::hash, MapType::array, MapType::lru_hash}) {
    Map map = make_map(type, 1000);
    fill(map, numbers(type == MapType::lru_hash ? 100 : 1000));
    EXPECT_GE(count_entries(map), 100U);
    const std::uint32_t key = 99;
    EXPECT_EQ(test::as<std::uint64_t>(map.get(bytes_of(key))), 7U);
  }
}

TEST(PutBatch, TellsHowManyAreInAFullMap) {
  Map map = make_map(MapType::hash, 5);
  const auto error = error_of([&] { fill(map, numbers(8)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::full);
  EXPECT_EQ(error->details().done, 5U);
  EXPECT_EQ(count_entries(map), 5U);
}

TEST(PutBatch, TellsWhichIndexIsPastTheEnd) {
  Map map = make_map(MapType::array, 3);
  const auto error = error_of([&] { fill(map, {2, 1, 3, 0}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::out_of_range);
  EXPECT_EQ(error->details().done, 2U);
  EXPECT_EQ(error->details().reason, "index 3 is past the end");
}

TEST(PutBatch, TellsWhichPrefixIsTooLong) {
  Map map = make_map(MapType::lpm_trie, 8);
  const std::vector<PrefixKey> keys{{8, {10, 0, 0, 0}}, {33, {11, 0, 0, 0}}, {8, {12, 0, 0, 0}}};
  const std::vector<std::uint64_t> values(keys.size());
  const auto error = error_of([&] { put_batch(map, packed(keys), packed(values), keys.size()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::invalid);
  EXPECT_EQ(error->details().done, 1U);
}

TEST(PutBatch, HasDoneNothingWhereTheKernelRefusesAtOnce) {
  Map map = make_map(MapType::hash, 8);
  map.freeze();
  const auto error = error_of([&] { fill(map, numbers(3)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::frozen);
  EXPECT_EQ(error->details().done, 0U);
}

TEST(PutBatch, WritesTypesWithoutBatchesOneByOne) {
  Map map = make_map(MapType::queue, 3);
  const std::vector<std::uint64_t> values{1, 2, 3, 4};
  const auto error = error_of([&] { put_batch(map, {}, packed(values), values.size()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::full);
  EXPECT_EQ(error->details().done, 3U);
}

TEST(PutBatch, WritesPerCpuValuesOfAnySize) {
  Map map = Map::create(
      {.type = MapType::percpu_array, .key_size = 4, .value_size = 3, .max_entries = 3});
  const std::vector<std::uint32_t> keys = numbers(3);
  Bytes values(3 * map.value_bytes());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i % 8 < 3) values[i] = static_cast<std::byte>(i);
  put_batch(map, packed(keys), values, keys.size());
  const Bytes third(values.end() - static_cast<std::ptrdiff_t>(map.value_bytes()), values.end());
  EXPECT_EQ(map.get(bytes_of(keys[2])), third);
}

TEST(PutBatch, RefusesBuffersThatDoNotFit) {
  Map map = make_map(MapType::hash);
  const std::vector<std::uint32_t> keys = numbers(3);
  const std::vector<std::uint64_t> values(2);
  EXPECT_THROW(put_batch(map, packed(keys), packed(values), 3), BadInput);
  EXPECT_THROW(erase_batch(map, packed(keys), 2), BadInput);
}

TEST(PutBatch, OfNothingDoesNothing) {
  Map map = make_map(MapType::hash);
  EXPECT_NO_THROW(put_batch(map, {}, {}, 0));
  EXPECT_EQ(erase_batch(map, {}, 0), 0U);
}

TEST(EraseBatch, PassesOverAbsentKeys) {
  Map map = make_map(MapType::hash, 100);
  fill(map, numbers(10));
  EXPECT_EQ(erase_batch(map, packed(std::vector<std::uint32_t>{77, 0, 55, 66, 1, 9, 44}), 7), 3U);
  EXPECT_EQ(count_entries(map), 7U);
}

TEST(EraseBatch, WorksWithoutBatchCalls) {
  Map map = make_map(MapType::array_of_maps);
  const Map inner = make_map(MapType::array);
  const auto fd = static_cast<std::uint32_t>(inner.fd());
  const std::uint32_t key = 2;
  map.put(bytes_of(key), bytes_of(fd));
  EXPECT_EQ(erase_batch(map, packed(numbers(4)), 4), 1U);
}

TEST(EraseBatch, SaysThatArraysKeepTheirEntries) {
  Map map = make_map(MapType::array);
  const auto error = error_of([&] { erase_batch(map, packed(numbers(2)), 2); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::unsupported);
  EXPECT_EQ(error->details().done, 0U);
}

}  // namespace
}  // namespace mapctl
