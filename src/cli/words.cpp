#include "words.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <optional>

#include "arguments.hpp"
#include "commands.hpp"
#include "help.hpp"
#include "mapctl/suggest.hpp"
#include "mapctl/text.hpp"

namespace mapctl::cli {

namespace {

constexpr const char* sum_help = "per-CPU maps: the values of all CPUs added up, field by field";
constexpr const char* map_help = "/path of a pin, NAME, name:NAME or id:N";

// ---- arguments are texts ----

/// CLI11 takes "[1,2]" apart where several arguments may stand, and takes "-inf"
/// for options; here each is one text. Behind a shield it sees neither.
constexpr char shield = '\x01';

void put_shield(std::string& argument) {
  if (argument.starts_with('[') || argument.starts_with(shield) || is_negative_number(argument))
    argument.insert(0, 1, shield);
}

std::string take_shield(std::string& argument) {
  if (argument.starts_with(shield)) argument.erase(0, 1);
  return {};
}

CLI::Option* text(CLI::App& app, const char* name, std::string& value, const char* help) {
  return app.add_option(name, value, help)->transform(CLI::Validator(take_shield, ""));
}

CLI::Option* text(CLI::App& app, const char* name, std::optional<std::string>& value,
                  const char* help) {
  return app.add_option(name, value, help)->transform(CLI::Validator(take_shield, ""));
}

CLI::Option* texts(CLI::App& app, const char* name, std::vector<std::string>& values,
                   const char* help) {
  return app.add_option(name, values, help)->transform(CLI::Validator(take_shield, ""))->required();
}

/// A whole number in that range.
template <typename Number>
CLI::Option* number(CLI::App& app, const char* name, Number& value, std::uint32_t least,
                    const char* help,
                    std::uint32_t most = std::numeric_limits<std::uint32_t>::max()) {
  const auto check = [least, most](std::string& argument) -> std::string {
    take_shield(argument);
    const auto parsed = whole_number(argument);
    if (!parsed || *parsed < least || *parsed > most)
      return fmt::format("'{}' is not a number from {} to {}", argument, least, most);
    argument = std::to_string(*parsed);
    return {};
  };
  return app.add_option(name, value, help)->transform(CLI::Validator(check, ""));
}

/// Seconds, kept as milliseconds.
void duration(CLI::App& app, const char* name, std::optional<std::uint32_t>& milliseconds,
              const char* help) {
  const auto parse = [&milliseconds](const std::string& argument) {
    constexpr double most = std::numeric_limits<std::uint32_t>::max() / 1000.0;
    double seconds = 0;
    const char* const end = argument.data() + argument.size();
    const auto [stop, error] = std::from_chars(argument.data(), end, seconds);
    if (error != std::errc{} || stop != end || !(seconds >= 0 && seconds <= most))
      throw usage_error(fmt::format("'{}' is not a time in seconds", argument),
                        {"such as 10 or 0.5"});
    milliseconds = static_cast<std::uint32_t>(seconds * 1000);
  };
  app.add_option_function<std::string>(name, parse, help);
}

// ---- what several commands have ----

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
Run map_words(CLI::App& app) {
  auto options = std::make_shared<MapOptions>();
  text(app, "MAP", options->map, map_help)->required();
  return command(function, std::move(options));
}

}  // namespace

// ---- one function for each command ----

Run create_words(CLI::App& app) {
  auto options = std::make_shared<CreateOptions>();
  text(app, "PATH", options->path, "where to pin it: a path, or a NAME below $MAPCTL_BPFFS")
      ->required();
  text(app, "-t,--type", options->type, "hash, array, lpm_trie, percpu_hash, queue, …")->required();
  text(app, "-k,--key", options->key,
       "type of the keys: u32, ipv4, cidr4, {a:u8,b:be16}, …, or a size in bytes");
  text(app, "-v,--value", options->value, "type of the values, likewise");
  number(app, "-n,--max-entries", options->max_entries, 0,
         "how many entries it can hold; of a ring buffer its bytes, of an arena its pages");
  text(app, "--name", options->name,
       "the kernel's name for it, up to 15 characters (default: the pin's)");
  text(app, "--flags", options->flags,
       "no_prealloc, mmapable, rdonly_prog, …, separated by commas");
  number(app, "--numa-node", options->numa_node, 0, "NUMA node for its memory");
  number(app, "--hashes", options->hashes, 1, "bloom filter: hash functions, 1 to 15 (default: 5)",
         15);
  text(app, "--inner", options->inner, "for a map of maps: a MAP that the inner ones are like");
  text(app, "--mode", options->mode, "file mode of the pin: 0640");
  text(app, "--group", options->group, "group of the pin");
  app.add_flag("--exist-ok", options->exist_ok,
               "succeed if the same kind of map is pinned there already");
  return command(create, std::move(options));
}

Run put_words(CLI::App& app) {
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
  number(app, "--cpu", o.cpu, 0, "per-CPU maps: only this CPU's value");
  return command(put, std::move(options));
}

Run get_words(CLI::App& app) {
  auto options = std::make_shared<GetOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "KEY", options->keys, "keys to read");
  app.add_flag("--match", options->match,
               "LPM trie: the entry whose prefix wins, not the exact one");
  add_locking(app, options->locking, "read under the value's bpf_spin_lock");
  auto* cpu = number(app, "--cpu", options->cpu, 0, "per-CPU maps: only this CPU's value");
  app.add_flag("--sum", options->sum, sum_help)->excludes(cpu);
  return command(get, std::move(options));
}

Run del_words(CLI::App& app) {
  auto options = std::make_shared<DelOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "KEY", options->keys, "keys to delete");
  app.add_flag("--missing-ok", options->missing_ok, "a key that is not there is fine");
  return command(del, std::move(options));
}

Run pop_words(CLI::App& app) {
  auto options = std::make_shared<PopOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "KEY", options->key, "key; none for queues and stacks");
  number(app, "-c,--count", options->count, 1, "take up to this many values of a queue or stack");
  return command(pop, std::move(options));
}

Run push_words(CLI::App& app) {
  auto options = std::make_shared<PushOptions>();
  text(app, "MAP", options->map, map_help)->required();
  texts(app, "VALUE", options->values, "values to push, in this order");
  app.add_flag("--force", options->force, "when it is full, drop the oldest value");
  return command(push, std::move(options));
}

Run dump_words(CLI::App& app) {
  auto options = std::make_shared<DumpOptions>();
  text(app, "MAP", options->map, map_help)->required();
  app.add_flag("--sum", options->sum, sum_help);
  app.add_flag("-r,--recursive", options->recursive, "map of maps: the entries of the maps in it");
  return command(dump, std::move(options));
}

Run next_words(CLI::App& app) {
  auto options = std::make_shared<NextOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "KEY", options->key, "the key before; without it, the first key");
  return command(next, std::move(options));
}

Run list_words(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  text(app, "PATTERN", options->pattern, "only maps whose name or pin fits, with * and ?");
  text(app, "-t,--type", options->type, "only maps of this type");
  app.add_flag("--pinned", options->pinned, "only maps that are pinned");
  app.add_flag("--pids", options->pids, "print which processes have each map open; slow");
  return command(list, std::move(options));
}

/// `show` without a map lists them all, as bpftool users expect.
Run show_words(CLI::App& app) {
  auto map = std::make_shared<std::optional<std::string>>();
  text(app, "MAP", *map, map_help);
  return
      [map](const Session& session) { return *map ? show({**map}, session) : list({}, session); };
}

Run pin_words(CLI::App& app) {
  auto options = std::make_shared<PinOptions>();
  text(app, "MAP", options->map, map_help)->required();
  text(app, "PATH", options->path, "where to pin it, on a bpffs; a name cannot hold a dot")
      ->required();
  return command(pin, std::move(options));
}

Run unpin_words(CLI::App& app) {
  auto options = std::make_shared<UnpinOptions>();
  text(app, "PATH", options->path, "the pin to remove")->required();
  return command(unpin, std::move(options));
}

Run filter_load_words(CLI::App& app) {
  auto options = std::make_shared<FilterLoadArguments>();
  texts(app, "IFACE", options->interfaces, "interfaces to filter");
  app.add_option("--mode", options->mode, "native, skb, or auto: native, else skb and say so")
      ->check(CLI::IsMember({"native", "skb", "auto"}));
  number(app, "--max-entries", options->max_entries, 1,
         "rules the map can hold: 16384, or as it has them already");
  return command(filter_load, std::move(options));
}

Run filter_unload_words(CLI::App& app) {
  auto options = std::make_shared<FilterUnloadArguments>();
  texts(app, "IFACE", options->interfaces, "interfaces to free")->required(false);
  app.add_flag("--purge", options->purge,
               "remove the rules as well; alone, once no interface is filtered");
  return command(filter_unload, std::move(options));
}

Run filter_status_words(CLI::App& /*app*/) {
  return [](const Session& session) { return filter_status(session); };
}

Run version_words(CLI::App& /*app*/) { return print_version; }

Run peek_words(CLI::App& app) { return map_words<peek>(app); }
Run keys_words(CLI::App& app) { return map_words<keys>(app); }
Run count_words(CLI::App& app) { return map_words<count>(app); }
Run freeze_words(CLI::App& app) { return map_words<freeze>(app); }

Run events_words(CLI::App& app) {
  auto options = std::make_shared<EventsOptions>();
  text(app, "MAP", options->map, map_help)->required();
  number(app, "-c,--count", options->count, 1, "end after that many events");
  duration(app, "--timeout", options->timeout, "end after that many seconds, such as 0.5");
  text(app, "--as", options->as, "type of the events: u32, {pid:u32,comm:char[16]}, …");
  return command(events, std::move(options));
}

Run batch_words(CLI::App& app) {
  auto options = std::make_shared<BatchOptions>();
  text(app, "FILE", options->file, "commands, one on each line; - for standard input")->required();
  app.add_flag("--continue", options->go_on, "run the other lines where one fails");
  app.add_flag("-n,--dry-run", options->dry_run, "only check the lines");
  return command(batch, std::move(options));
}

// ---- global options ----

namespace {

void add_global_options(CLI::App& app, Types types, Session& session,
                        std::optional<std::string>& format) {
  app.add_option("-o,--output", format,
                 "table, plain, json, jsonl or csv (default: table on a terminal, else plain)");
  app.add_flag_callback(
         "-j,--json,-p,--pretty", [&format] { format = "json"; }, "as -o json")
      ->group("");  // bpftool's, so not in the help
  app.add_flag("-y,--yes", session.yes, "do not ask before what cannot be undone");
  if (types == Types::none) return;
  app.add_option("--btf", session.btf,
                 "compiled BPF program whose types may be named: 'struct NAME'");
  if (types == Types::named) return;
  app.add_option("--key-as", session.key_as, "read and print keys as this type");
  app.add_option("--value-as", session.value_as, "read and print values as this type");
  app.add_flag("--hex", session.hex, "print keys and values as bytes, read them as always");
}

Format format_called(const std::string& name) {
  if (const auto format = parse_format(name)) return *format;
  throw usage_error(fmt::format("there is no output format '{}'", name),
                    {"formats are table, plain, json, jsonl, csv"});
}

/// The first word that looks like an option of the command and is none.
std::optional<std::string> unknown_option(const CLI::App& app, const Arguments& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (!word.starts_with('-') || word == "-" || is_negative_number(word)) continue;
    const bool is_long = word.starts_with("--");
    std::string name = is_long ? word.substr(0, word.find('=')) : word.substr(0, 2);
    if (app.get_option_no_throw(name) == nullptr) return name;
  }
  return std::nullopt;
}

Failed no_such_option(const CLI::App& app, const Command& command, const std::string& word) {
  Arguments known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  std::vector<std::string> fix;
  if (const auto near = closest(word, known)) fix.push_back(fmt::format("did you mean {}?", *near));
  fix.push_back(fmt::format("for the options: mapctl help {}", command.name));
  fix.emplace_back("after -- a text may begin with a dash");
  return usage_error(fmt::format("'{}' has no option '{}'", command.name, word), std::move(fix));
}

Failed wrong_call(const Command& command, std::string_view reason) {
  return usage_error(fmt::format("{}: {}", command.name, reason),
                     {fmt::format("usage: mapctl {} {}", command.name, command.arguments),
                      fmt::format("for the options: mapctl help {}", command.name)});
}

}  // namespace

Parsed parse_words(const Command& command, const Arguments& words, const Session& defaults) {
  CLI::App app{std::string{command.summary}, fmt::format("mapctl {}", command.name)};
  app.get_formatter()->column_width(26);
  Parsed parsed{.session = defaults};
  std::optional<std::string> format;
  Run run = command.words(app);
  add_global_options(app, command.types, parsed.session, format);
  app.allow_extras();  // CLI11 names them last one first
  Arguments shielded = words;
  std::ranges::for_each(shielded, put_shield);
  std::ranges::reverse(shielded);  // CLI11 wants the last one first
  try {
    app.parse(std::move(shielded));
  } catch (const CLI::CallForHelp&) {
    parsed.help = app.help();
    return parsed;
  } catch (const CLI::ParseError& error) {
    if (const auto word = unknown_option(app, words)) throw no_such_option(app, command, *word);
    throw wrong_call(command, error.what());
  }
  Arguments extras = app.remaining();
  if (!extras.empty() && extras.front() == "--") extras.erase(extras.begin());
  if (!extras.empty()) {
    if (const auto word = unknown_option(app, words)) throw no_such_option(app, command, *word);
    take_shield(extras.front());
    throw wrong_call(command, fmt::format("'{}' is one word too many", extras.front()));
  }
  if (format) parsed.session.format = format_called(*format);
  parsed.run = std::move(run);
  return parsed;
}

}  // namespace mapctl::cli
