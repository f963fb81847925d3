#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>

#include "sandbox.hpp"

namespace {

class Sandbox : public testing::Environment {
 public:
  void SetUp() override {
    if (!mapctl::test::enter_sandbox())
      GTEST_SKIP() << "kernel tests need root: no namespaces or bpffs of our own ("
                   << std::strerror(errno) << ")";
  }
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new Sandbox);
  return RUN_ALL_TESTS();
}
