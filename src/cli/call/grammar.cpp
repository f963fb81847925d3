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
#include "cli/call/words.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

constexpr std::array commands{
    Command{"create", "", "PATH -t TYPE [-k TYPE] [-v TYPE] [-n MAX]", "make a map and pin it",
            Types::named, create_words},
    Command{"put", "update", "MAP KEY VALUE", "insert or replace an entry", Types::yes, put_words,
            plain_put},
    Command{"get", "lookup", "MAP KEY…", "print the value of a key", Types::yes, get_words,
            plain_get},
    Command{"del", "delete rm", "MAP KEY… | -f FILE", "delete entries", Types::yes, del_words,
            plain_del},
    Command{"pop", "dequeue", "MAP [KEY]", "take an entry out and print it", Types::yes, pop_words},
    Command{"push", "enqueue", "MAP VALUE…", "add values to a queue, stack or bloom filter",
            Types::yes, push_words},
    Command{"peek", "", "MAP", "print the next value of a queue or stack", Types::yes, peek_words},
    Command{"next", "getnext", "MAP [KEY]", "print the key after this one", Types::yes, next_words},
    Command{"keys", "", "MAP", "print all keys", Types::yes, keys_words},
    Command{"dump", "cat", "MAP", "print all entries", Types::yes, dump_words},
    Command{"count", "", "MAP", "print how many entries there are", Types::none, count_words},
    Command{"clear", "", "MAP", "delete all entries", Types::yes, clear_words},
    Command{"drain", "", "MAP", "take all entries out and print them", Types::yes, drain_words},
    Command{"save", "", "MAP… | --all [DIR]", "write maps to a file", Types::yes, save_words},
    Command{"restore", "", "[PATH] -f FILE", "make a map again from such a file", Types::none,
            restore_words},
    Command{"load", "", "MAP -f FILE", "put the entries of a file", Types::yes, load_words},
    Command{"sync", "", "MAP -f FILE", "make a map equal to a file", Types::yes, sync_words},
    Command{"diff", "", "MAP FILE|MAP2", "print what differs", Types::yes, diff_words},
    Command{"copy", "", "SRC DST", "copy all entries into another map", Types::yes, copy_words},
    Command{"list", "ls", "[PATTERN]", "list maps", Types::none, list_words},
    Command{"show", "", "MAP", "print what is known of a map", Types::yes, show_words},
    Command{"freeze", "", "MAP", "forbid writing from user space, for good", Types::none,
            freeze_words},
    Command{"pin", "", "MAP PATH", "give a map a name on a bpffs", Types::none, pin_words},
    Command{"unpin", "", "PATH", "remove that name", Types::none, unpin_words},
    Command{"filter load", "", "IFACE…", "attach the XDP filter", Types::none, filter_load_words},
    Command{"filter unload", "", "IFACE… | --all", "detach the XDP filter", Types::none,
            filter_unload_words},
    Command{"filter status", "", "", "print where the filter runs and what it saw", Types::none,
            filter_status_words},
    Command{"filter test", "", "PACKET…", "tell what the filter does with packets", Types::none,
            filter_test_words},
    Command{"events", "event_pipe", "MAP", "print what programs send through a ring or perf buffer",
            Types::named, events_words},
    Command{"batch", "", "FILE", "run the commands of a file", Types::none, batch_words},
    Command{"version", "", "", "print the version", Types::none, version_words},
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
  for (const Command& command : commands)
    if (command.name.starts_with(prefix)) found.emplace_back(command.name.substr(prefix.size()));
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
  const auto found = std::ranges::find_if(commands, [&](const Command& command) {
    return command.name == word || has_alias(command, word);
  });
  if (found == commands.end()) no_such_command(word);
  return *found;
}

bool wants_help(const Arguments& arguments) {
  return std::ranges::any_of(
      arguments, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

std::string help_of_commands(std::string_view prefix) {
  std::vector<CommandHelp> help;
  for (const Command& command : commands)
    if (command.name.starts_with(prefix))
      help.push_back({command.name, command.arguments, command.summary});
  return prefix.empty() ? general_help(help) : group_help(help);
}

Exit print_help_of(std::string_view prefix) {
  print_help(help_of_commands(prefix));
  return Exit::done;
}

Exit run_command(const Command& command, const Arguments& words) {
  const Session defaults{.format = isatty(STDOUT_FILENO) != 0 ? Format::table : Format::plain};
  const Parsed parsed = parse_words(command, words, defaults);
  if (parsed.run) return parsed.run(parsed.session);
  print_help(parsed.help);
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
    if (word == "--version" || word == "-V") return print_version({});
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

bool changes_names(const Command& command) {
  constexpr std::array names = {"create", "restore",     "copy",         "pin",
                                "unpin",  "filter load", "filter unload"};
  return std::ranges::find(names, command.name) != names.end();
}

bool can_check(const Command& command) {
  constexpr std::array names = {"put", "get", "del", "push"};
  return std::ranges::find(names, command.name) != names.end();
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
  return run_command(command, rest);
}

Call parse_line(Arguments words, const Session& session) {
  const std::string word = take_command(words);
  if (word.empty()) throw usage_error("there is no command on this line");
  if (word == "help" || word == "batch")
    throw usage_error(fmt::format("'{}' makes no sense in a batch", word));
  const Command& command = word == group ? find_in_group(words, 0) : find_called(word, words);
  Call call{
      .session = session, .changes_names = changes_names(command), .can_check = can_check(command)};
  if (command.plain != nullptr && std::ranges::all_of(words, is_argument))
    call.run = command.plain(words);
  if (call.run) return call;
  Parsed parsed = parse_words(command, words, session);
  if (!parsed.run) throw usage_error("a batch prints no help");
  call.run = std::move(parsed.run);
  call.session = std::move(parsed.session);
  return call;
}

}  // namespace mapctl::cli
