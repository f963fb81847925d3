#include "grammar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "commands.hpp"
#include "help.hpp"
#include "mapctl/suggest.hpp"

namespace mapctl::cli {

namespace {

using Arguments = std::vector<std::string>;
using Run = std::function<Exit(const Session&)>;

constexpr const char* map_help = "/path of a pin, NAME, name:NAME or id:N";

// ---- one function for each command's words ----

/// CLI11 takes "[1,2]" apart where several arguments may stand, and here each is
/// one text. Behind a shield it does not see the bracket.
constexpr char shield = '\x01';

void put_shield(std::string& argument) {
  if (argument.starts_with('[')) argument.insert(0, 1, shield);
}

std::string take_shield(std::string& argument) {
  if (argument.starts_with(shield)) argument.erase(0, 1);
  return {};
}

CLI::Option* text(CLI::App& app, const char* name, std::string& value, const char* help) {
  return app.add_option(name, value, help)->transform(CLI::Validator(take_shield, ""));
}

CLI::Option* texts(CLI::App& app, const char* name, std::vector<std::string>& values,
                   const char* help) {
  return app.add_option(name, values, help)->transform(CLI::Validator(take_shield, ""))->required();
}

void add_locking(CLI::App& app, Locking& locking, const char* help) {
  app.add_flag_callback(
      "--lock", [&locking] { locking = Locking::spin_lock; }, help);
}

template <typename Options>
Run command(Exit (*function)(const Options&, const Session&), std::shared_ptr<Options> options) {
  return [function, options = std::move(options)](const Session& session) {
    return function(*options, session);
  };
}

/// A command whose only argument is a MAP.
template <Exit (*function)(const MapOptions&, const Session&)>
Run declare_on_map(CLI::App& app) {
  auto options = std::make_shared<MapOptions>();
  text(app, "MAP", options->map, map_help)->required();
  return command(function, std::move(options));
}

Run declare_create(CLI::App& app) {
  auto options = std::make_shared<CreateOptions>();
  text(app, "PATH", options->path, "where to pin it: a path, or a NAME below $MAPCTL_BPFFS")
      ->required();
  text(app, "-t,--type", options->type, "hash, array, lpm_trie, percpu_hash, queue, …")->required();
  text(app, "-k,--key", options->key,
       "type of the keys: u32, ipv4, cidr4, {a:u8,b:be16}, …, or a size in bytes");
  text(app, "-v,--value", options->value, "type of the values, likewise");
  app.add_option("-n,--max-entries", options->max_entries, "how many entries it can hold")
      ->required();
  text(app, "--name", options->name,
       "the kernel's name for it, up to 15 characters (default: the pin's)");
  text(app, "--flags", options->flags,
       "no_prealloc, mmapable, rdonly_prog, …, separated by commas");
  text(app, "--inner", options->inner, "for a map of maps: a MAP that the inner ones are like");
  text(app, "--mode", options->mode, "file mode of the pin: 0640");
  text(app, "--group", options->group, "group of the pin");
  app.add_flag("--exist-ok", options->exist_ok,
               "succeed if the same kind of map is pinned there already");
  return command(create, std::move(options));
}

Run declare_put(CLI::App& app) {
  auto options = std::make_shared<PutOptions>();
  PutOptions& o = *options;
  text(app, "MAP", o.map, map_help)->required();
  text(app, "KEY", o.key, "key")->required();
  text(app, "VALUE", o.value, "value; fields left out are 0, counters keep theirs")->required();
  auto* create_only = app.add_flag_callback(
      "--create", [&o] { o.update = Update::create; }, "only if the key is not there yet");
  app.add_flag_callback(
         "--update", [&o] { o.update = Update::replace; }, "only if the key is there already")
      ->excludes(create_only);
  add_locking(app, o.locking, "write under the value's bpf_spin_lock");
  app.add_flag("--reset", o.reset, "counters start at 0 again");
  app.add_option("--cpu", o.cpu, "per-CPU maps: only this CPU's value");
  return command(put, std::move(options));
}

Run declare_get(CLI::App& app) {
  auto options = std::make_shared<GetOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "KEY", options->keys, "keys to read");
  app.add_flag("--match", options->match,
               "LPM trie: the entry whose prefix wins, not the exact one");
  add_locking(app, options->locking, "read under the value's bpf_spin_lock");
  app.add_option("--cpu", options->cpu, "per-CPU maps: only this CPU's value");
  return command(get, std::move(options));
}

Run declare_del(CLI::App& app) {
  auto options = std::make_shared<DelOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "KEY", options->keys, "keys to delete");
  app.add_flag("--missing-ok", options->missing_ok, "a key that is not there is fine");
  return command(del, std::move(options));
}

Run declare_pop(CLI::App& app) {
  auto options = std::make_shared<PopOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "KEY", options->key, "key; none for queues and stacks");
  app.add_option("-c,--count", options->count, "take up to this many values of a queue or stack")
      ->check(CLI::PositiveNumber);
  return command(pop, std::move(options));
}

Run declare_push(CLI::App& app) {
  auto options = std::make_shared<PushOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "VALUE", options->values, "values to push, in this order");
  app.add_flag("--force", options->force, "when it is full, drop the oldest value");
  return command(push, std::move(options));
}

Run declare_next(CLI::App& app) {
  auto options = std::make_shared<NextOptions>();
  text(app, "MAP", options->map, map_help)->required();
  app.add_option("KEY", options->key, "the key before; without it, the first key")
      ->transform(CLI::Validator(take_shield, ""));
  return command(next, std::move(options));
}

Run declare_list(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  text(app, "PATTERN", options->pattern, "only maps whose name or pin fits, with * and ?");
  text(app, "-t,--type", options->type, "only maps of this type");
  return command(list, std::move(options));
}

/// `show` without a map lists them all, as bpftool users expect.
Run declare_show(CLI::App& app) {
  auto options = std::make_shared<MapOptions>();
  text(app, "MAP", options->map, map_help);
  return [options](const Session& session) {
    return options->map.empty() ? list({}, session) : show(*options, session);
  };
}

Run declare_pin(CLI::App& app) {
  auto options = std::make_shared<PinOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "PATH", options->path, "where to pin it, on a bpffs; a name cannot hold a dot")
      ->required();
  return command(pin, std::move(options));
}

Run declare_unpin(CLI::App& app) {
  auto options = std::make_shared<UnpinOptions>();
  text(app, "PATH", options->path, "the pin to remove")->required();
  return command(unpin, std::move(options));
}

Run declare_filter_load(CLI::App& app) {
  auto options = std::make_shared<FilterLoadArguments>();
  texts(app, "IFACE", options->interfaces, "interfaces to filter");
  app.add_option("--mode", options->mode, "native, skb, or auto: native, else skb and say so")
      ->check(CLI::IsMember({"native", "skb", "auto"}));
  app.add_option("--max-entries", options->max_entries, "rules a new map can hold")
      ->check(CLI::PositiveNumber);
  return command(filter_load, std::move(options));
}

Run declare_filter_unload(CLI::App& app) {
  auto options = std::make_shared<FilterUnloadArguments>();
  texts(app, "IFACE", options->interfaces, "interfaces to free");
  app.add_flag("--purge", options->purge, "remove the rules as well");
  return command(filter_unload, std::move(options));
}

Run declare_filter_status(CLI::App& /*app*/) {
  return [](const Session& session) { return filter_status(session); };
}

Run declare_version(CLI::App& /*app*/) { return print_version; }

// ---- the table of commands ----

enum class Types { none, yes };  // whether --key-as, --value-as and --hex make sense

struct Command {
  std::string_view name;
  std::string_view aliases;  // separated by spaces; not shown
  std::string_view arguments;
  std::string_view summary;
  Types types;
  Run (*declare)(CLI::App&);
};

constexpr std::array commands{
    Command{"create", "", "PATH -t TYPE -k TYPE -v TYPE -n MAX", "make a map and pin it",
            Types::none, declare_create},
    Command{"put", "update", "MAP KEY VALUE", "insert or replace an entry", Types::yes,
            declare_put},
    Command{"get", "lookup", "MAP KEY…", "print the value of a key", Types::yes, declare_get},
    Command{"del", "delete rm", "MAP KEY…", "delete entries", Types::yes, declare_del},
    Command{"pop", "dequeue", "MAP [KEY]", "take an entry out and print it", Types::yes,
            declare_pop},
    Command{"push", "enqueue", "MAP VALUE…", "add values to a queue or stack", Types::yes,
            declare_push},
    Command{"peek", "", "MAP", "print the next value of a queue or stack", Types::yes,
            declare_on_map<peek>},
    Command{"next", "getnext", "MAP [KEY]", "print the key after this one", Types::yes,
            declare_next},
    Command{"keys", "", "MAP", "print all keys", Types::yes, declare_on_map<keys>},
    Command{"dump", "cat", "MAP", "print all entries", Types::yes, declare_on_map<dump>},
    Command{"count", "", "MAP", "print how many entries there are", Types::none,
            declare_on_map<count>},
    Command{"list", "ls", "[PATTERN]", "list maps", Types::none, declare_list},
    Command{"show", "", "MAP", "print what is known of a map", Types::yes, declare_show},
    Command{"freeze", "", "MAP", "forbid writing from user space, for good", Types::none,
            declare_on_map<freeze>},
    Command{"pin", "", "MAP PATH", "give a map a name on a bpffs", Types::none, declare_pin},
    Command{"unpin", "", "PATH", "remove that name", Types::none, declare_unpin},
    Command{"filter load", "", "IFACE…", "attach the XDP filter", Types::none, declare_filter_load},
    Command{"filter unload", "", "IFACE…", "detach the XDP filter", Types::none,
            declare_filter_unload},
    Command{"filter status", "", "", "print where the filter runs and what it saw", Types::none,
            declare_filter_status},
    Command{"version", "", "", "print the version", Types::none, declare_version},
};

bool has_alias(const Command& command, std::string_view word) {
  std::string_view rest = command.aliases;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, space) == word) return true;
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return false;
}

const Command& find_command(const std::string& word) {
  const auto found = std::ranges::find_if(commands, [&](const Command& command) {
    return command.name == word || has_alias(command, word);
  });
  if (found != commands.end()) return *found;
  std::vector<std::string> names{"help"};
  for (const Command& command : commands) names.emplace_back(command.name);
  std::vector<std::string> fix;
  if (const auto near = closest(word, names))
    fix.push_back(fmt::format("did you mean '{}'?", *near));
  if (fix.empty()) fix.emplace_back("see the commands: mapctl help");
  throw usage_error(fmt::format("there is no command '{}'", word), std::move(fix));
}

// ---- global options ----

bool takes_value(std::string_view option) {
  return option == "-o" || option == "--output" || option == "--key-as" || option == "--value-as";
}

std::optional<std::size_t> first_word(const Arguments& arguments, std::size_t from = 0) {
  for (std::size_t i = from; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with('-')) return i;
    if (takes_value(arguments[i])) ++i;
  }
  return std::nullopt;
}

void add_global_options(CLI::App& app, Types types, Session& session, std::string& format) {
  app.add_option("-o,--output", format,
                 "table, plain, json, jsonl or csv (default: table on a terminal, else plain)");
  app.add_flag("-y,--yes", session.yes, "do not ask before what cannot be undone");
  if (types == Types::none) return;
  app.add_option("--key-as", session.key_as, "read and print keys as this type");
  app.add_option("--value-as", session.value_as, "read and print values as this type");
  app.add_flag("--hex", session.hex, "print keys and values as bytes");
}

Format chosen_format(const std::string& name) {
  if (name.empty()) return isatty(STDOUT_FILENO) != 0 ? Format::table : Format::plain;
  if (const auto format = parse_format(name)) return *format;
  throw usage_error(fmt::format("there is no output format '{}'", name),
                    {"formats are table, plain, json, jsonl, csv"});
}

// ---- running ----

/// CLI11 wants its arguments last one first.
void parse(CLI::App& app, Arguments arguments) {
  std::ranges::for_each(arguments, put_shield);
  std::ranges::reverse(arguments);
  app.parse(std::move(arguments));
}

Exit run_command(const Command& found, const Arguments& arguments) {
  CLI::App app{std::string{found.summary}, fmt::format("mapctl {}", found.name)};
  app.get_formatter()->column_width(26);
  Session session;
  std::string format;
  const Run run = found.declare(app);
  add_global_options(app, found.types, session, format);
  try {
    parse(app, arguments);
  } catch (const CLI::CallForHelp&) {
    print_help(app.help());
    return Exit::done;
  } catch (const CLI::ParseError& error) {
    throw usage_error(fmt::format("{}: {}", found.name, error.what()),
                      {fmt::format("usage: mapctl {} {}", found.name, found.arguments),
                       fmt::format("for the options: mapctl help {}", found.name)});
  }
  session.format = chosen_format(format);
  return run(session);
}

std::vector<CommandHelp> all_help() {
  std::vector<CommandHelp> help;
  for (const Command& command : commands)
    help.push_back({command.name, command.arguments, command.summary});
  return help;
}

Exit run_help(const Arguments& words) {
  if (words.empty()) {
    print_help(general_help(all_help()));
    return Exit::done;
  }
  return run_command(find_command(fmt::format("{}", fmt::join(words, " "))), {"--help"});
}

Exit run_without_command(const Arguments& arguments) {
  const auto given = [&](std::string_view option) {
    return std::ranges::find(arguments, option) != arguments.end();
  };
  if (given("--version")) return print_version({});
  if (given("--help") || given("-h")) return run_help({});
  fmt::print(stderr, "{}", general_help(all_help()));
  return Exit::usage;
}

}  // namespace

bool wants_json(const Arguments& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string_view value = arguments[i];
    if (value == "--") return false;
    if ((value == "-o" || value == "--output") && i + 1 < arguments.size())
      value = arguments[i + 1];
    else if (value.starts_with("--output="))
      value.remove_prefix(9);
    else if (value.starts_with("-o"))
      value.remove_prefix(2);
    else
      continue;
    if (value == "json" || value == "jsonl") return true;
  }
  return false;
}

Exit run(const Arguments& arguments) {
  const auto verb = first_word(arguments);
  if (!verb) return run_without_command(arguments);
  std::string word = arguments[*verb];
  Arguments rest = arguments;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*verb));
  if (word == "help") return run_help(rest);
  if (word == "filter") {
    const auto second = first_word(rest, *verb);
    if (!second)
      throw usage_error("filter: say what to do",
                        {"mapctl filter load IFACE, filter unload IFACE, or filter status"});
    word += " " + rest[*second];
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*second));
  }
  return run_command(find_command(word), rest);
}

}  // namespace mapctl::cli
