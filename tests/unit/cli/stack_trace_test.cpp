// Stacks are printed with the names of the kernel's functions.

#include "cli/naming/stack_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace mapctl::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kallsyms =
    "ffffffff81000200 t second\n"
    "ffffffff81000100 T first\n"
    "ffffffff81000300 D data\n"
    "ffffffff81000400 t probe\t[module]\n";

std::vector<std::string> frames(std::vector<std::uint64_t> stack, const char* lines = kallsyms) {
  std::istringstream symbols(lines);
  stack.resize(8);
  return frames_of(std::as_bytes(std::span{stack}), KernelSymbols(symbols));
}

TEST(StackTrace, NamesTheFunctionOfEachAddress) {
  EXPECT_THAT(frames({0xffffffff81000204, 0xffffffff81000100, 0xffffffff8100041c}),
              ElementsAre("0xffffffff81000204 second+0x4", "0xffffffff81000100 first+0x0",
                          "0xffffffff8100041c probe+0x1c"));
}

TEST(StackTrace, NamesNothingThatIsInNoFunction) {
  EXPECT_THAT(frames({0x7f0000001000, 0xffffffff81000304, 0xffffffffff600000}),
              ElementsAre("0x7f0000001000", "0xffffffff81000304", "0xffffffffff600000"));
}

TEST(StackTrace, LeavesOutTheZerosAfterTheLastFrame) {
  EXPECT_THAT(frames({0x10, 0, 0x20, 0, 0}), ElementsAre("0x10", "0x0", "0x20"));
  EXPECT_THAT(frames({}), IsEmpty());
}

TEST(StackTrace, IsOfAddressesWhereTheKernelHidesItsSymbols) {
  EXPECT_THAT(frames({0xffffffff81000204}, "0000000000000000 T first\n"),
              ElementsAre("0xffffffff81000204"));
}

}  // namespace
}  // namespace mapctl::cli
