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
  Error error = kernel_error(Operation::update, ENOMEM, "put an entry into rules");
  error.enrich({.attempt = "put 10.0.0.0/8 into rules", .done = 3});
  EXPECT_STREQ(error.what(), "cannot put 10.0.0.0/8 into rules: the kernel has no memory for it");
  EXPECT_EQ(error.cause(), Cause::no_memory);
  EXPECT_EQ(error.error_number(), ENOMEM);
  EXPECT_EQ(error.details().done, 3U);
}

TEST(Errors, AddFactsToWhatTheyKnow) {
  Error error({.operation = Operation::attach, .attempt = "attach", .reason = "no", .why = "one"});
  error.enrich({.also = "two"}).enrich({.also = "three"});
  EXPECT_EQ(error.details().why, "one; two; three");
  EXPECT_STREQ(error.what(), "cannot attach: no");
}

TEST(Errors, HaveStableNamesForTheirCauses) {
  EXPECT_EQ(code(Cause::full), "map_full");
  EXPECT_EQ(code(Cause::not_bpffs), "not_bpffs");
}

}  // namespace
}  // namespace mapctl::test
