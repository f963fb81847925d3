#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/maps.hpp"

namespace mapctl {
namespace {

using test::as;
using test::make_map;
using test::PrefixKey;
using testing::Optional;

void put(Map& map, const PrefixKey& key, std::uint64_t value) {
  map.put(bytes_of(key), bytes_of(value));
}

std::optional<std::uint64_t> get(const Map& map, const PrefixKey& key) {
  return as<std::uint64_t>(map.get(bytes_of(key)));
}

std::optional<std::uint64_t> get_exact(const Map& map, const PrefixKey& key) {
  return as<std::uint64_t>(map.get_exact(bytes_of(key)));
}

TEST(ExactPrefix, IsNotTheLongestMatch) {
  Map map = make_map(MapType::lpm_trie);
  put(map, {8, {10, 0, 0, 0}}, 8);
  EXPECT_THAT(get(map, {16, {10, 2, 0, 0}}), Optional(8U));
  EXPECT_EQ(get_exact(map, {16, {10, 2, 0, 0}}), std::nullopt);
}

TEST(ExactPrefix, IsFoundInATrieOfOne) {
  Map map = make_map(MapType::lpm_trie);
  put(map, {8, {10, 0, 0, 0}}, 8);
  EXPECT_THAT(get_exact(map, {8, {10, 0, 0, 0}}), Optional(8U));
}

TEST(ExactPrefix, IsNotFoundInAnEmptyTrieNorPastTheLongest) {
  Map map = make_map(MapType::lpm_trie);
  EXPECT_EQ(get_exact(map, {8, {10, 0, 0, 0}}), std::nullopt);
  put(map, {0, {0, 0, 0, 0}}, 1);
  EXPECT_EQ(get_exact(map, {33, {10, 0, 0, 0}}), std::nullopt);
}

TEST(ExactPrefix, IsFoundWhereverItStandsInTheOrder) {
  Map map = make_map(MapType::lpm_trie, 64);
  for (std::uint8_t i = 0; i < 16; ++i)
    for (const std::uint32_t bits : {16U, 24U})
      put(map, {bits, {10, static_cast<std::uint8_t>(i * 8), 0, 0}}, i * 100U + bits);
  put(map, {0, {0, 0, 0, 0}}, 1);
  for (std::uint8_t i = 0; i < 16; ++i)
    for (const std::uint32_t bits : {16U, 24U})
      EXPECT_THAT(get_exact(map, {bits, {10, static_cast<std::uint8_t>(i * 8), 0, 0}}),
                  Optional(i * 100U + bits));
  EXPECT_THAT(get_exact(map, {0, {0, 0, 0, 0}}), Optional(1U));
  for (std::uint8_t i = 0; i < 16; ++i)
    for (const std::uint32_t bits : {1U, 15U, 17U, 23U, 25U, 32U})
      EXPECT_EQ(get_exact(map, {bits, {10, static_cast<std::uint8_t>(i * 8), 0, 0}}), std::nullopt);
}

TEST(ExactPrefix, IgnoresHostBitsOnBothSides) {
  Map map = make_map(MapType::lpm_trie);
  put(map, {8, {10, 1, 2, 3}}, 8);
  EXPECT_THAT(get_exact(map, {8, {10, 9, 9, 9}}), Optional(8U));
  EXPECT_THAT(get_exact(map, {8, {10, 0, 0, 0}}), Optional(8U));
  put(map, {20, {10, 64, 15, 0}}, 20);
  EXPECT_THAT(get_exact(map, {20, {10, 64, 0, 0}}), Optional(20U));
  EXPECT_EQ(get_exact(map, {20, {10, 64, 16, 0}}), std::nullopt);
}

TEST(ExactPrefix, IsPlainLookupForOtherTypes) {
  Map map = make_map(MapType::hash);
  const std::uint32_t key = 1;
  const std::uint64_t value = 5;
  map.put(bytes_of(key), bytes_of(value));
  EXPECT_THAT(as<std::uint64_t>(map.get_exact(bytes_of(key))), Optional(value));
}

TEST(ExactPrefix, NeverShowsTheShorterPrefixWhileEntriesAreDeleted) {
  constexpr std::uint32_t count = 20000;
  constexpr std::uint64_t shorter = 1;
  Map map = make_map(MapType::lpm_trie, count + 1);
  const auto key = [](std::uint32_t i) {
    return PrefixKey{32, {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}};
  };
  put(map, {8, {10, 0, 0, 0}}, shorter);
  for (std::uint32_t i = 0; i < count; ++i) put(map, key(i), 2);

  std::jthread deleter([&] {
    for (std::uint32_t i = 0; i < count; ++i) map.erase(bytes_of(key(i)));
  });
  for (std::uint32_t i = 0; i < count; ++i)
    EXPECT_NE(get_exact(map, key(i)), std::optional(shorter));
}

}  // namespace
}  // namespace mapctl
