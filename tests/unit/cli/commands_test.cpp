// The declarations of commands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/call/global_options.hpp"
#include "cli/call/grammar.hpp"
#include "cli/call/help.hpp"
#include "cli/call/parse.hpp"
#include "cli/options/shell_words.hpp"

namespace mapctl::cli {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
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

TEST(Commands, HaveHelpThatFitsATerminal) {
  std::string all = general_help(all_commands());
  for (const Command* command : all_commands()) all += command_help(*command);
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
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

/// What the command answers to these arguments; empty if it takes them.
std::string refusal_of(const Command& command, Arguments arguments) {
  try {
    parse(command, std::move(arguments), {});
  } catch (const Failed& failed) {
    return failed.failure().message;
  }
  return {};
}

bool may_be_empty(const Option& option) {
  return option.kind == ValueKind::key || option.kind == ValueKind::value;
}

void expect_refused_if_empty(const Command& command, const Option& option) {
  if (option.is_operand() || option.kind == ValueKind::flag || may_be_empty(option)) return;
  std::string names{option.names};
  if (!option.hidden_names.empty()) names.append(",").append(option.hidden_names);
  std::istringstream each(names);
  for (std::string name; std::getline(each, name, ',');) {
    std::vector<Arguments> calls{{name, ""}};
    if (name.starts_with("--")) calls.push_back({name + "="});
    for (const Arguments& call : calls)
      EXPECT_THAT(refusal_of(command, call),
                  HasSubstr(std::string{option.label()} + " is an empty text"))
          << command.name() << ' ' << call.front();
  }
}

TEST(Commands, TakeNoEmptyValuesOfOptions) {
  for (const Command* command : all_commands()) {
    for (const Option& option : command->options) expect_refused_if_empty(*command, option);
    for (const Option& option : global_options(command->types))
      expect_refused_if_empty(*command, option);
  }
}

TEST(Commands, ReadDurationsAsMilliseconds) {
  constexpr Option option{
      .names = "--timeout", .kind = ValueKind::duration, .help = {}, .store = {}};
  const auto read = [&](std::string_view text) {
    std::uint32_t milliseconds = 0;
    const std::string problem = read_number(option, text, milliseconds);
    return problem.empty() ? std::to_string(milliseconds) : problem;
  };
  EXPECT_EQ(read("0"), "0");
  EXPECT_EQ(read("0.57"), "570");
  EXPECT_EQ(read("60"), "60000");
  EXPECT_EQ(read("1m"), "60000");
  EXPECT_EQ(read("1m30s"), "90000");
  EXPECT_EQ(read("10us"), "1");
  EXPECT_THAT(read("soon"), StartsWith("'soon' is not a duration such as 500ms, 10s or 1m30s"));
  EXPECT_THAT(read("-1"), HasSubstr("not a duration"));
  EXPECT_THAT(read("50d"), HasSubstr("longer than 49 days"));
}

TEST(Commands, TakeNoEmptyOperandsButKeysAndValues) {
  for (const Command* command : all_commands()) {
    Arguments operands;
    for (const Option& option : command->options) {
      if (!option.is_operand()) continue;
      operands.emplace_back();
      const std::string refusal = refusal_of(*command, operands);
      const std::string expected = std::string{option.label()} + " is an empty text";
      EXPECT_EQ(refusal.ends_with(expected), !may_be_empty(option))
          << command->name() << ' ' << option.names << ": " << refusal;
      operands.back() = "1";
    }
  }
}

}  // namespace
}  // namespace mapctl::cli
