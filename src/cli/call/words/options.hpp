#pragma once
// What the words of several commands have in common.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/call/words.hpp"
#include "cli/options/commands.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

inline constexpr const char* map_help = "/path of a pin, NAME, name:NAME or id:N";

/// CLI11 takes "[1,2]" apart where several arguments may stand, and takes "-inf"
/// for options; here each is one text. Behind a shield it sees neither.
void put_shield(std::string& argument);
/// Returns what CLI11 wants of a validator: no complaint.
std::string take_shield(std::string& argument);

CLI::Option* text(CLI::App& app, const char* name, std::string& value, const char* help);
CLI::Option* text(CLI::App& app, const char* name, std::optional<std::string>& value,
                  const char* help);
/// At least one.
CLI::Option* texts(CLI::App& app, const char* name, std::vector<std::string>& values,
                   const char* help);

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
              const char* help);

/// -f FILE and how it is read.
CLI::Option* add_input(CLI::App& app, InputOptions& input, const char* help);
/// How a file is read that is named in another way.
void add_input_format(CLI::App& app, InputOptions& input);
/// --where, --sort, --limit.
void add_selection(CLI::App& app, Selection& selection);
void add_stats(CLI::App& app, bool& stats);
void add_dry_run(CLI::App& app, bool& dry_run);

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

}  // namespace mapctl::cli
