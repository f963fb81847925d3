// The declarations of commands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/call/grammar.hpp"
#include "cli/call/parse.hpp"
#include "cli/options/shell_words.hpp"

namespace mapctl::cli {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;
using testing::StartsWith;

TEST(Commands, ShowExamplesThatParse) {
  for (const Command* command : all_commands()) {
    std::istringstream examples(std::string{command->examples});
    int count = 0;
    for (std::string example; std::getline(examples, example); ++count) {
      ASSERT_THAT(example, StartsWith(std::string{command->name()}));
      const std::string arguments = example.substr(command->name().size());
      EXPECT_NE(parse(*command, shell_words(arguments), {}).options, nullptr) << example;
    }
    EXPECT_THAT(count, AllOf(Ge(2), Le(3))) << command->name();
  }
}

TEST(Commands, ExcludeOnlyOptionsThatTheyHave) {
  for (const Command* command : all_commands())
    for (const Option& option : command->options)
      EXPECT_TRUE(option.excluded_name.empty() ||
                  std::ranges::count(command->options, option.excluded_name, &Option::label) == 1)
          << command->name() << ' ' << option.names;
}

TEST(Commands, TakeManyOperandsOnlyAtTheEnd) {
  for (const Command* command : all_commands()) {
    bool is_at_end = false;
    for (const Option& option : command->options) {
      if (!option.is_operand()) continue;
      EXPECT_FALSE(is_at_end) << command->name();
      is_at_end = option.is_repeatable;
    }
  }
}

}  // namespace
}  // namespace mapctl::cli
