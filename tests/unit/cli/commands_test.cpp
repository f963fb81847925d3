// What commands declare of themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/call/grammar.hpp"
#include "cli/call/parse.hpp"
#include "cli/options/shell_words.hpp"

namespace mapctl::cli {
namespace {

using testing::StartsWith;

TEST(Commands, ShowExamplesThatParse) {
  for (const Command* command : all_commands()) {
    EXPECT_GE(command->examples.size(), 2) << command->name;
    for (const std::string_view example : command->examples) {
      const std::string start = "mapctl " + std::string{command->name};
      ASSERT_THAT(example, StartsWith(start));
      EXPECT_TRUE(parse(*command, shell_words(example.substr(start.size())), {})) << example;
    }
  }
}

TEST(Commands, ExcludeOnlyOptionsThatTheyHave) {
  for (const Command* command : all_commands())
    for (const Option& option : command->options)
      EXPECT_TRUE(option.excluded_name.empty() ||
                  std::ranges::count(command->options, option.excluded_name, &Option::label) == 1)
          << command->name << ' ' << option.names;
}

TEST(Commands, TakeManyOperandsOnlyAtTheEnd) {
  for (const Command* command : all_commands()) {
    bool is_at_end = false;
    for (const Option& option : command->options) {
      if (!option.is_operand()) continue;
      EXPECT_FALSE(is_at_end) << command->name;
      is_at_end = option.is_repeatable;
    }
  }
}

}  // namespace
}  // namespace mapctl::cli
