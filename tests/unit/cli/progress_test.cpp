#include "cli/session/progress.hpp"

#include <gtest/gtest.h>

namespace mapctl::test {
namespace {

using namespace cli;
using namespace std::chrono_literals;

constexpr ProgressMeter::Clock::time_point start{};

TEST(Progress, SaysNothingOfWhatIsDoneSoon) {
  ProgressMeter meter("loading", 1000, start);
  EXPECT_FALSE(meter.add(100, start));
  EXPECT_FALSE(meter.add(900, start + 299ms));
}

TEST(Progress, TellsEntriesRateAndWhatIsLeft) {
  ProgressMeter meter("loading", 1'000'000, start);
  EXPECT_FALSE(meter.add(100'000, start + 100ms));
  EXPECT_EQ(meter.add(100'000, start + 500ms),
            "loading: 200,000 of 1,000,000 entries, 400,000/s, 3 s left");
  EXPECT_EQ(meter.add(0, start + 20s),
            "loading: 200,000 of 1,000,000 entries, 10,000/s, 1 min 21 s left");
}

TEST(Progress, AppearsTenTimesASecond) {
  ProgressMeter meter("saving", 10, start);
  EXPECT_TRUE(meter.add(1, start + 300ms));
  EXPECT_FALSE(meter.add(1, start + 399ms));
  EXPECT_TRUE(meter.add(1, start + 400ms));
}

TEST(Progress, LeavesOutWhatIsNotKnown) {
  ProgressMeter unknown("draining", std::nullopt, start);
  EXPECT_EQ(unknown.add(999, start + 1s), "draining: 999 entries, 999/s");
  ProgressMeter done("draining", 4, start);
  EXPECT_EQ(done.add(5, start + 1s), "draining: 5 of 4 entries, 5/s");
  ProgressMeter stuck("draining", 4, start);
  EXPECT_EQ(stuck.add(0, start + 1s), "draining: 0 of 4 entries, 0/s");
}

}  // namespace
}  // namespace mapctl::test
