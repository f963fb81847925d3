#include "map/cpu_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/error.hpp"

namespace mapctl::test {
namespace {

using testing::ElementsAre;

TEST(CpuList, ReadsRangesAndSingleIds) {
  EXPECT_THAT(parse_cpu_list("0"), ElementsAre(0U));
  EXPECT_THAT(parse_cpu_list("0-3,8,10-11"), ElementsAre(0U, 1U, 2U, 3U, 8U, 10U, 11U));
}

TEST(CpuList, RefusesWhatIsNoList) {
  EXPECT_THROW(parse_cpu_list("0-"), BadInput);
  EXPECT_THROW(parse_cpu_list("0-3\n"), BadInput);
  EXPECT_THROW(parse_cpu_list("cpu0"), BadInput);
}

}  // namespace
}  // namespace mapctl::test
