#include "mapctl/kernel_version.hpp"

#include <gtest/gtest.h>

namespace mapctl::test {
namespace {

TEST(KernelVersions, AreReadWithoutWhatADistributionAdds) {
  EXPECT_EQ(parse_kernel_release("6.1.0-18-cloud-amd64"), (KernelVersion{6, 1}));
  EXPECT_EQ(parse_kernel_release("6.12.57+deb13"), (KernelVersion{6, 12}));
  EXPECT_EQ(parse_kernel_release("5.4"), (KernelVersion{5, 4}));
  EXPECT_EQ(parse_kernel_release("6.19-rc3"), (KernelVersion{6, 19}));
}

TEST(KernelVersions, AreNotSeenInOtherTexts) {
  for (const char* text : {"", "6", "6.", "linux", "x6.1", "-6.1"})
    EXPECT_EQ(parse_kernel_release(text), std::nullopt) << text;
}

TEST(KernelVersions, AreOrderedByNumbersNotByLetters) {
  EXPECT_LT((KernelVersion{6, 1}), (KernelVersion{6, 12}));
  EXPECT_LT((KernelVersion{5, 19}), (KernelVersion{6, 1}));
  EXPECT_EQ(version_text({6, 12}), "6.12");
}

TEST(KernelVersions, KnowTheOneThatRuns) { EXPECT_GT(running_kernel(), (KernelVersion{3, 19})); }

}  // namespace
}  // namespace mapctl::test
