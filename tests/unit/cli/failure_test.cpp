#include "cli/session/failure.hpp"

#include <gtest/gtest.h>

#include <new>

namespace mapctl::test {
namespace {

TEST(Failure, OfMemoryIsNoErrorOfMapctl) {
  try {
    throw std::bad_alloc();
  } catch (...) {
    const cli::Failure failure = cli::current_failure();
    EXPECT_EQ(failure.code, "no_memory");
    EXPECT_EQ(failure.message, "out of memory");
    EXPECT_EQ(failure.exit, cli::Exit::internal);
  }
}

}  // namespace
}  // namespace mapctl::test
