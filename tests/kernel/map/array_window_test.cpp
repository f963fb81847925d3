#include "map/walk/mmapped_array.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "map/map_error.hpp"
#include "map/type/map_flags.hpp"
#include "mapctl/batch.hpp"
#include "support/maps.hpp"
#include "support/sandbox.hpp"

namespace mapctl {
namespace {

using test::error_of;

Map make_array(std::uint32_t value_size, std::uint32_t max_entries, std::uint32_t flags = 0) {
  return Map::create({.type = MapType::array,
                      .key_size = 4,
                      .value_size = value_size,
                      .max_entries = max_entries,
                      .flags = flags | map_flag::mmapable});
}

std::vector<std::uint32_t> indices(std::uint32_t count, std::uint32_t step = 1) {
  std::vector<std::uint32_t> made;
  for (std::uint32_t i = 0; i < count; ++i) made.push_back(i * step);
  return made;
}

/// Neighbouring values differ in every byte.
Bytes values_for(std::size_t count, std::uint32_t value_size) {
  Bytes values(count * value_size);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<std::byte>((i / value_size) * 7 + i % value_size + 1);
  return values;
}

ByteView packed(const std::vector<std::uint32_t>& keys) { return std::as_bytes(std::span(keys)); }

ByteView nth(const Bytes& values, std::size_t i, std::uint32_t value_size) {
  return ByteView(values).subspan(i * value_size, value_size);
}

/// All values of the array in order, and whether each index was read in its place.
Bytes read_all(const Map& map) {
  Bytes all;
  MapReader reader(map);
  std::uint32_t index = 0;
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i, ++index) {
      EXPECT_EQ(index_of(chunk->key(i)), index);
      const ByteView value = chunk->value(i);
      all.insert(all.end(), value.begin(), value.end());
    }
  EXPECT_EQ(reader.stats().entries, index);
  EXPECT_EQ(reader.stats().consistency, Consistency::per_element);
  return all;
}

TEST(MmapableArray, IsReadAndWrittenAsByCallsWhateverTheSize) {
  for (const std::uint32_t size : {1U, 2U, 3U, 4U, 7U, 8U, 12U, 24U, 33U, 4096U, 5000U}) {
    const std::uint32_t count = 300000 / size + 40;
    Map map = make_array(size, count);
    const Bytes values = values_for(count, size);
    ASSERT_EQ(put_mapped(map, packed(indices(count)), values, count), count) << size;
    for (const std::uint32_t index : {0U, 1U, count / 2, count - 1}) {
      const std::optional<Bytes> value = map.get(bytes_of(index));
      ASSERT_TRUE(value);
      EXPECT_TRUE(std::ranges::equal(*value, nth(values, index, size))) << size;
    }
    EXPECT_TRUE(ArrayReader::open(map));
    EXPECT_EQ(read_all(map), values) << size;
  }
}

TEST(MmapableArray, ShowsWhatCallsWrite) {
  Map map = make_array(12, 100000);
  const Bytes value = values_for(1, 12);
  const std::uint32_t last = 99999;
  map.put(bytes_of(last), value);
  const Bytes all = read_all(map);
  EXPECT_TRUE(std::ranges::equal(nth(all, last, 12), value));
}

TEST(MmapableArray, TakesIndicesInAnyOrderAndTheLastOfTwo) {
  Map map = make_array(4, 1000);
  std::vector<std::uint32_t> keys = indices(1000);
  std::ranges::reverse(keys);
  keys.push_back(500);
  const Bytes values = values_for(keys.size(), 4);
  EXPECT_EQ(put_mapped(map, packed(keys), values, keys.size()), keys.size());
  const Bytes all = read_all(map);
  EXPECT_TRUE(std::ranges::equal(nth(all, 999, 4), nth(values, 0, 4)));
  EXPECT_TRUE(std::ranges::equal(nth(all, 500, 4), nth(values, 1000, 4)));
}

TEST(MmapableArray, LeavesWhatLiesFarApartToCalls) {
  constexpr std::uint32_t step = 50000;
  Map map = make_array(8, 100 * step);
  const std::vector<std::uint32_t> keys = indices(100, step);
  const Bytes values = values_for(100, 8);
  EXPECT_EQ(put_mapped(map, packed(keys), values, 100), 0U);
  put_batch(map, packed(keys), values, 100);
  EXPECT_TRUE(std::ranges::equal(*map.get(bytes_of(keys[99])), nth(values, 99, 8)));
}

TEST(MmapableArray, TellsWhichIndexIsPastTheEnd) {
  Map map = make_array(8, 100);
  std::vector<std::uint32_t> keys = indices(90);
  keys[70] = 100;
  const Bytes values = values_for(90, 8);
  const auto error = error_of([&] { put_batch(map, packed(keys), values, 90); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::out_of_range);
  EXPECT_EQ(error->details().done, 70U);
  EXPECT_TRUE(std::ranges::equal(*map.get(bytes_of(keys[69])), nth(values, 69, 8)));
  EXPECT_EQ(*map.get(bytes_of(keys[71])), Bytes(8));
}

TEST(MmapableArray, FrozenIsReadAndSaysThatItIsFrozen) {
  Map map = make_array(8, 100);
  const Bytes values = values_for(100, 8);
  put_batch(map, packed(indices(100)), values, 100);
  MapReader reader(map);
  ASSERT_TRUE(reader.next());
  map.freeze();  // readers do not prevent that
  const auto error = error_of([&] { put_batch(map, packed(indices(100)), values, 100); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->cause(), Cause::frozen);
  EXPECT_EQ(error->details().done, 0U);
  EXPECT_TRUE(ArrayReader::open(map));
  EXPECT_EQ(read_all(map), values);
}

TEST(MmapableArray, IsWrittenByCallsWhereProgramsMayNot) {
  Map map = make_array(8, 100, map_flag::rdonly_prog);
  const Bytes values = values_for(100, 8);
  EXPECT_EQ(put_mapped(map, packed(indices(100)), values, 100), 0U);
  put_batch(map, packed(indices(100)), values, 100);
  EXPECT_EQ(read_all(map), values);
}

TEST(MmapableArray, OpenForReadingOnlyIsMappedOnlyByWhoMayOpenIt) {
  const std::filesystem::path pin = test::bpffs / "array";
  Map map = make_array(8, 100);
  const Bytes values = values_for(100, 8);
  put_batch(map, packed(indices(100)), values, 100);
  map.pin(pin);
  ASSERT_EQ(::chmod(pin.c_str(), 0444), 0);
  Map reading = Map::open(pin, Access::read_only);
  EXPECT_TRUE(ArrayReader::open(reading));
  EXPECT_EQ(read_all(reading), values);
  EXPECT_EQ(test::cause_of([&] { put_batch(reading, packed(indices(100)), values, 100); }),
            Cause::permission);
  ASSERT_EQ(::seteuid(65534), 0);
  EXPECT_FALSE(ArrayReader::open(reading));
  EXPECT_EQ(read_all(reading), values);
  ASSERT_EQ(::seteuid(0), 0);
}

}  // namespace
}  // namespace mapctl
