#include "text/literal/quantity.hpp"

#include <gtest/gtest.h>

namespace mapctl::test {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

TEST(Quantity, ReadsDurationsAndTheirSums) {
  EXPECT_EQ(parse_duration("7ns"), 7U);
  EXPECT_EQ(parse_duration("7us"), 7'000U);
  EXPECT_EQ(parse_duration("500ms"), second / 2);
  EXPECT_EQ(parse_duration("60s"), 60 * second);
  EXPECT_EQ(parse_duration("1m30s"), 90 * second);
  EXPECT_EQ(parse_duration("1.5h"), 5400 * second);
  EXPECT_EQ(parse_duration("1d"), 86'400 * second);
  EXPECT_EQ(parse_duration("0.57s"), 570'000'000U);
}

TEST(Quantity, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "5", "m", "5x", "5min", "5m 3s", "-5m", "1.2.3s", ".s", "0.5ns",
                           "999999999999d", "9999999999999999999s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Quantity, ReadsSizes) {
  EXPECT_EQ(parse_size("10k"), 10'000U);
  EXPECT_EQ(parse_size("1.5M"), 1'500'000U);
  EXPECT_EQ(parse_size("2G"), 2'000'000'000U);
  EXPECT_EQ(parse_size("1T"), 1'000'000'000'000U);
  EXPECT_EQ(parse_size("1.5Ki"), 1536U);
  EXPECT_EQ(parse_size("1Ti"), 1ULL << 40);
  for (const char* text : {"", "5", "k", "5kk", "5K", "1kB", "0.0001k", "99999999999T"})
    EXPECT_FALSE(parse_size(text)) << text;
}

}  // namespace
}  // namespace mapctl::test
