#include "cli/call/grammar.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string_view>

#include "cli/call/bpftool_words.hpp"
#include "cli/call/help.hpp"
#include "cli/call/parse.hpp"
#include "cli/command/commands.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

/// In the order in which help lists them.
constexpr std::array commands{
    &create_command,      &put_command,           &get_command,           &del_command,
    &pop_command,         &push_command,          &peek_command,          &next_command,
    &keys_command,        &dump_command,          &count_command,         &clear_command,
    &drain_command,       &save_command,          &restore_command,       &load_command,
    &sync_command,        &diff_command,          &copy_command,          &list_command,
    &show_command,        &freeze_command,        &pin_command,           &unpin_command,
    &filter_load_command, &filter_unload_command, &filter_status_command, &filter_test_command,
    &events_command,      &batch_command,         &version_command,
};

/// "filter", of which there are several: `filter load`, …
constexpr std::string_view group = "filter";

bool has_alias(const Command& command, std::string_view word) {
  for (std::string_view rest = command.aliases; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, space) == word) return true;
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return false;
}

/// The names of the commands that begin so, without that beginning.
std::vector<std::string> names(std::string_view prefix) {
  std::vector<std::string> found;
  for (const Command* command : commands)
    if (command->name.starts_with(prefix)) found.emplace_back(command->name.substr(prefix.size()));
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
  const auto found = std::ranges::find_if(commands, [&](const Command* command) {
    return command->name == word || has_alias(*command, word);
  });
  if (found == commands.end()) no_such_command(word);
  return **found;
}

bool wants_help(const Arguments& arguments) {
  return std::ranges::any_of(
      arguments, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

std::string help_of_commands(std::string_view prefix) {
  if (prefix.empty()) return general_help(commands);
  std::vector<const Command*> members;
  std::ranges::copy_if(commands, std::back_inserter(members),
                       [&](const Command* command) { return command->name.starts_with(prefix); });
  return group_help(members);
}

Exit print_help_of(std::string_view prefix) {
  print_help(help_of_commands(prefix));
  return Exit::done;
}

Exit run_command(const Command& command, Arguments arguments) {
  const Session defaults{
      .format = isatty(STDOUT_FILENO) != 0 ? Format::table : Format::plain,
      .parse_line = parse_line,
  };
  if (const std::optional<Call> call = parse(command, std::move(arguments), defaults))
    return call->run();
  print_help(command_help(command));
  return Exit::done;
}

/// `help`, `help COMMAND`, `help filter load`.
Exit run_help(Arguments words) {
  std::string name = take_word(words);
  if (name.empty() || name == "help") return print_help_of("");
  if (const std::string second = take_word(words); !second.empty())
    name += " " + second;
  else if (name == group)
    return print_help_of(group);
  return run_command(find_command(name), {"--help"});
}

Exit run_without_command(const Arguments& arguments) {
  for (const std::string& word : arguments)
    if (word == "--version" || word == "-V") return run_command(version_command, {});
  if (wants_help(arguments)) return print_help_of("");
  for (const std::string& word : arguments)
    if (word.starts_with('-'))
      throw usage_error(fmt::format("{}: there is no command", word),
                        {"see the commands: mapctl help"});
  std::fputs(help_of_commands("").c_str(), stderr);
  return Exit::usage;
}

/// Takes the second word of `filter load` and its like out of the arguments.
const Command& find_in_group(Arguments& arguments, std::size_t from) {
  const std::string word = take_word(arguments, from);
  if (word.empty())
    throw usage_error(fmt::format("{}: say what to do", group),
                      {fmt::format("it can be followed by {}", fmt::join(names("filter "), ", "))});
  return find_command(fmt::format("{} {}", group, word));
}

/// Takes the name of the command out of the words; `map dump` is bpftool for `dump`,
/// and `map` alone for `list`.
std::string take_command(Arguments& words) {
  const std::size_t place = first_word(words).value_or(0);
  std::string word = take_word(words);
  if (word != "map") return word;
  word = take_word(words, place);
  return word.empty() ? "list" : word;
}

/// The command of that name; words that are bpftool's become its own.
const Command& find_called(const std::string& word, Arguments& words) {
  std::optional<Respelled> call = from_bpftool(word, words);
  if (!call) return find_command(word);
  words = std::move(call->words);
  return find_command(call->command);
}

Exit run_in_group(Arguments arguments, std::size_t from) {
  if (!first_word(arguments, from) && wants_help(arguments)) return print_help_of(group);
  const Command& command = find_in_group(arguments, from);
  return run_command(command, arguments);
}

}  // namespace

Exit run(const Arguments& arguments) {
  Arguments rest = arguments;
  const std::size_t place = first_word(arguments).value_or(0);
  const std::string word = take_command(rest);
  if (word.empty()) return run_without_command(arguments);
  if (word == "help") return run_help(std::move(rest));
  if (word == group) return run_in_group(std::move(rest), place);
  const Command& command = find_called(word, rest);
  return run_command(command, std::move(rest));
}

Call parse_line(Arguments words, const Session& session) {
  const std::string word = take_command(words);
  if (word.empty()) throw usage_error("there is no command on this line");
  const bool is_help = word == "help";
  const Command* const command = is_help         ? nullptr
                                 : word == group ? &find_in_group(words, 0)
                                                 : &find_called(word, words);
  if (is_help || !command->is_allowed_in_batch)
    throw usage_error(fmt::format("'{}' makes no sense in a batch", word));
  std::optional<Call> call = parse(*command, std::move(words), session);
  if (!call) throw usage_error("a batch prints no help");
  return std::move(*call);
}

std::span<const Command* const> all_commands() { return commands; }

}  // namespace mapctl::cli
