#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sandbox.hpp"

// Without a sandbox no test runs at all. The line is the one by which ctest
// knows a skipped test; GTEST_SKIP in an environment would pass for success.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (!testing::GTEST_FLAG(list_tests) && !mapctl::test::enter_sandbox()) {
    std::printf("[  SKIPPED ] no namespaces or bpffs of our own, this needs root (%s)\n",
                std::strerror(errno));
    return 0;
  }
  return RUN_ALL_TESTS();
}
