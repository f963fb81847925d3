#include "mapctl/key_set.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace mapctl {
namespace {

TEST(KeySet, TakesEachKeyOnce) {
  KeySet keys(sizeof(std::uint32_t));
  for (std::uint32_t key = 0; key < 10000; ++key) EXPECT_TRUE(keys.insert(bytes_of(key)));
  for (std::uint32_t key = 0; key < 10000; ++key) EXPECT_FALSE(keys.insert(bytes_of(key)));
  EXPECT_EQ(keys.size(), 10000U);
}

}  // namespace
}  // namespace mapctl
