// The list of verdicts, and the pages that describe them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "mapctl/filter/verdict.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

std::string text_of(const std::string& path) {
  std::ifstream file(MAPCTL_SOURCE_DIR "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::string introduction = "| verdict | | |\n|---|---|---|\n";

std::string table() {
  std::string rows = introduction;
#define ROW(upper, lower, drops, reason) \
  rows += "| `" #lower "` | " + std::string(drops ? "dropped" : "passed") + " | " reason " |\n";
  MAPCTL_FILTER_VERDICTS(ROW)
#undef ROW
  return rows + "\n";
}

TEST(FilterVerdict, HasANameAndAnOutcome) {
  EXPECT_EQ(name(FilterVerdict::pass_default), "pass_default");
  EXPECT_EQ(name(FilterVerdict::bad_rule), "bad_rule");
  EXPECT_FALSE(drops(FilterVerdict::pass_rule));
  EXPECT_TRUE(drops(FilterVerdict::drop_rule));
  EXPECT_EQ(static_cast<std::size_t>(FilterVerdict::pass_reply) + 1, filter_verdict_count);
}

TEST(FilterVerdict, IsInTheGuideAsInTheList) {
  EXPECT_THAT(text_of("docs/filter.md"), HasSubstr(table()));
}

TEST(FilterVerdict, IsInTheManPage) {
  const std::string page = text_of("docs/mapctl.1");
  for (std::size_t i = 0; i < filter_verdict_count; ++i)
    EXPECT_THAT(page, HasSubstr(std::string{name(static_cast<FilterVerdict>(i))}));
}

}  // namespace
}  // namespace mapctl::test
