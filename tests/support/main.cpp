#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support/sandbox.hpp"

namespace {

/// No test sees the pins and interfaces of another, in whatever process it runs.
class FreshSandboxes : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& /*test*/) override {
    if (mapctl::test::enter_sandbox()) return;
    std::perror("cannot enter namespaces of our own");
    std::exit(EXIT_FAILURE);
  }
};

/// By which ctest knows a skipped test; GTEST_SKIP in an environment would pass for success.
constexpr int skipped = 77;

}  // namespace

// Without a sandbox no test runs at all.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  if (!mapctl::test::enter_sandbox()) {
    std::printf("[  SKIPPED ] no namespaces or bpffs of our own, this needs root (%s)\n",
                std::strerror(errno));
    return skipped;
  }
  testing::UnitTest::GetInstance()->listeners().Append(new FreshSandboxes);
  return RUN_ALL_TESTS();
}
