// One call parsed: the command's own words, and the options that all have.

#include <algorithm>

#include "cli/call/arguments.hpp"
#include "cli/call/words/options.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

void add_global_options(CLI::App& app, Types types, Session& session,
                        std::optional<std::string>& format) {
  app.add_option("-o,--output", format,
                 "table, plain, json, jsonl or csv (default: table on a terminal, else plain)");
  app.add_flag_callback(
         "-j,--json,-p,--pretty", [&format] { format = "json"; }, "as -o json")
      ->group("");  // bpftool's, so not in the help
  app.add_flag("-y,--yes", session.yes,
               "do not ask before what cannot be undone or may lock you out");
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
  if (format) {
    parsed.session.format = format_called(*format);
    parsed.session.is_format_given = true;
  }
  parsed.run = std::move(run);
  return parsed;
}

}  // namespace mapctl::cli
