#include "cli/call/grammar.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "cli/call/bpftool_words.hpp"
#include "cli/call/help.hpp"
#include "cli/call/parse.hpp"
#include "cli/command/commands.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

#define MAPCTL_ROW(name) &name##_command,
constexpr std::array commands{MAPCTL_COMMANDS(MAPCTL_ROW)};
#undef MAPCTL_ROW

/// The first word of a group of commands: `filter load`, …
constexpr std::string_view group = "filter";

/// Returns the names of the commands that begin with the prefix, without the prefix.
std::vector<std::string> names(std::string_view prefix) {
  std::vector<std::string> found;
  for (const Command* command : commands)
    if (command->name().starts_with(prefix))
      found.emplace_back(command->name().substr(prefix.size()));
  return found;
}

[[noreturn]] void no_such_command(const std::string& word) {
  std::string prefix;
  if (word.starts_with(group) && word.size() > group.size()) prefix = fmt::format("{} ", group);
  std::vector<std::string> known = names(prefix);
  if (prefix.empty()) known.emplace_back("help");
  std::string fix = "see the commands: mapctl help";
  if (!prefix.empty()) fix = fmt::format("{}can be followed by {}", prefix, fmt::join(known, ", "));
  if (const auto near = closest(word.substr(prefix.size()), known))
    fix = fmt::format("did you mean '{}{}'?", prefix, *near);
  throw usage_error(fmt::format("there is no command '{}'", word), {fix});
}

const Command& find_command(const std::string& word) {
  const auto found = std::ranges::find_if(
      commands, [&](const Command* command) { return contains_name(command->names, word); });
  if (found == commands.end()) no_such_command(word);
  return **found;
}

bool wants_help(const Arguments& arguments) {
  return std::ranges::any_of(
      arguments, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

/// What MAPCTL_OUTPUT says, else a table for people and plain text for programs.
Format default_format() {
  const char* const name = std::getenv("MAPCTL_OUTPUT");
  if (name == nullptr || *name == '\0')
    return isatty(STDOUT_FILENO) != 0 ? Format::table : Format::plain;
  const auto format = parse_format(name);
  if (!format)
    throw usage_error(fmt::format("MAPCTL_OUTPUT: there is no output format '{}'", name),
                      {fmt::format("formats are {}", fmt::join(format_names, ", "))});
  return *format;
}

Exit run_command(const Command& command, Arguments arguments) {
  const Session defaults{.format = default_format(), .parse_line = parse_line};
  const Call call = parse(command, std::move(arguments), defaults);
  return call.options ? call.run() : print_help(command_help(command));
}

/// Runs `help`, `help COMMAND` and `help filter load`.
Exit run_help(Arguments words) {
  take_word(words);
  std::string name = take_word(words);
  if (name.empty() || name == "help") return print_help(general_help(commands));
  if (const std::string second = take_word(words); !second.empty())
    name += " " + second;
  else if (name == group)
    return print_help(group_help(commands, group));
  return run_command(find_command(name), {"--help"});
}

Exit run_without_command(const Arguments& arguments) {
  for (const std::string& word : arguments)
    if (word == "--version" || word == "-V") return run_command(version_command, {});
  if (wants_help(arguments)) return print_help(general_help(commands));
  for (const std::string& word : arguments)
    if (word.starts_with('-'))
      throw usage_error(fmt::format("{}: there is no command", word),
                        {"see the commands: mapctl help"});
  std::fputs(general_help(commands).c_str(), stderr);
  return Exit::usage;
}

/// Drops the word `map` of bpftool's syntax: `map dump` is `dump`. `map` and `show` alone are
/// `list`.
void drop_map(Arguments& arguments) {
  const auto is_alone = [&](std::size_t at) { return !first_word(arguments, at + 1); };
  auto at = first_word(arguments);
  if (!at) return;
  if (std::string_view{arguments[*at]} == "map" && !is_alone(*at)) {
    take_word(arguments);
    at = first_word(arguments);
  }
  const std::string_view word = arguments[*at];
  const bool may_list = word == "map" || word == "show";
  if (may_list && is_alone(*at) && !wants_help(arguments)) arguments[*at] = "list";
}

/// Removes the second word of commands such as `filter load` from the arguments.
const Command& take_member(Arguments& arguments, std::size_t from) {
  const std::string word = take_word(arguments, from);
  if (word.empty())
    throw usage_error(fmt::format("{}: say what to do", group),
                      {fmt::format("it can be followed by {}", fmt::join(names("filter "), ", "))});
  return find_command(fmt::format("{} {}", group, word));
}

/// Finds the command and removes its name; arguments in bpftool's syntax are translated.
const Command& take_command(Arguments& arguments) {
  const std::size_t at = first_word(arguments).value_or(0);
  const std::string word = take_word(arguments, at);
  if (word == group) return take_member(arguments, at);
  std::optional<Respelled> call = from_bpftool(word, arguments);
  if (!call) return find_command(word);
  arguments = std::move(call->words);
  return find_command(call->command);
}

}  // namespace

Exit run(Arguments arguments) {
  drop_map(arguments);
  const auto at = first_word(arguments);
  if (!at) return run_without_command(arguments);
  const bool is_alone = !first_word(arguments, *at + 1);
  if (arguments[*at] == "help") return run_help(std::move(arguments));
  if (arguments[*at] == group && is_alone && wants_help(arguments))
    return print_help(group_help(commands, group));
  const Command& command = take_command(arguments);
  return run_command(command, std::move(arguments));
}

Call parse_line(Arguments words, const Session& session) {
  drop_map(words);
  const auto at = first_word(words);
  if (!at) throw usage_error("there is no command on this line");
  const bool is_help = std::string_view{words[*at]} == "help";
  const Command* const command = is_help ? nullptr : &take_command(words);
  if (is_help || !command->traits.is_allowed_in_batch)
    throw usage_error(
        fmt::format("'{}' makes no sense in a batch", is_help ? "help" : command->name()));
  Call call = parse(*command, std::move(words), session);
  if (!call.options) throw usage_error("a batch prints no help");
  return call;
}

std::span<const Command* const> all_commands() { return commands; }

}  // namespace mapctl::cli
