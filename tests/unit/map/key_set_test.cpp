#include "map/walk/key_set.hpp"

#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace mapctl::test {
namespace {

TEST(KeySet, TakesEachKeyOnce) {
  KeySet keys(sizeof(std::uint32_t));
  for (std::uint32_t key = 0; key < 10000; ++key) EXPECT_TRUE(keys.insert(bytes_of(key)));
  for (std::uint32_t key = 0; key < 10000; ++key) EXPECT_FALSE(keys.insert(bytes_of(key)));
  EXPECT_EQ(keys.size(), 10000U);
}

TEST(KeySet, FindsManyAtOnce) {
  KeySet keys(sizeof(std::uint32_t));
  for (std::uint32_t key = 0; key < 1000; ++key) keys.insert(bytes_of(2 * key));
  std::vector<std::uint32_t> wanted(2000);
  std::iota(wanted.begin(), wanted.end(), 0U);
  std::vector<std::uint32_t> numbers;
  keys.find_all(std::as_bytes(std::span{wanted}), numbers);
  ASSERT_EQ(numbers.size(), wanted.size());
  for (std::uint32_t key = 0; key < 2000; ++key)
    EXPECT_EQ(numbers[key], key % 2 == 0 ? key / 2 : KeySet::absent);
}

}  // namespace
}  // namespace mapctl::test
