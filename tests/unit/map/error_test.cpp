#include "mapctl/error.hpp"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "map/error/kernel_error.hpp"

namespace mapctl::test {
namespace {

TEST(Errors, AreOneSentence) {
  const Error error = kernel_error(Operation::open, ENOSPC, "open a door");
  EXPECT_STREQ(error.what(),
               "cannot open a door: the kernel refused with ENOSPC (No space left on device)");
}

TEST(Errors, NeverSayUnknownError524) {
  EXPECT_EQ(errno_sentence(error_not_supported),
            "the kernel refused with ENOTSUPP (Operation not supported)");
}

TEST(Errors, NameANumberThatNobodyKnows) {
  EXPECT_EQ(errno_sentence(4000), "the kernel refused with error number 4000");
}

TEST(Errors, KeepTheirDetailsUnderAnotherAttempt) {
  const Error error = kernel_error(Operation::update, ENOMEM, "put an entry into rules");
  const Error retold = error.with_attempt("put 10.0.0.0/8 into rules");
  EXPECT_STREQ(retold.what(), "cannot put 10.0.0.0/8 into rules: the kernel has no memory for it");
  EXPECT_EQ(retold.cause(), Cause::no_memory);
  EXPECT_EQ(retold.error_number(), ENOMEM);
}

TEST(Errors, HaveStableNamesForTheirCauses) {
  EXPECT_EQ(code(Cause::full), "map_full");
  EXPECT_EQ(code(Cause::not_bpffs), "not_bpffs");
}

}  // namespace
}  // namespace mapctl::test
