#include "cli/call/words/options.hpp"

#include <charconv>
#include <map>

#include "cli/call/arguments.hpp"

namespace mapctl::cli {

namespace {

constexpr char shield = '\x01';

}  // namespace

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

CLI::Option* add_input(CLI::App& app, InputOptions& input, const char* help) {
  add_input_format(app, input);
  return text(app, "-f,--file", input.file, help);
}

void add_input_format(CLI::App& app, InputOptions& input) {
  const std::map<std::string, InputFormat> formats{{"plain", InputFormat::plain},
                                                   {"jsonl", InputFormat::jsonl},
                                                   {"json", InputFormat::json},
                                                   {"csv", InputFormat::csv}};
  const auto choose = [&input, formats](const std::string& name) {
    input.format = formats.at(name);
  };
  app.add_option_function<std::string>(
         "--format", choose, "format of the file: plain, jsonl, json or csv (default: as it looks)")
      ->check(CLI::IsMember({"plain", "jsonl", "json", "csv"}));
}

void add_selection(CLI::App& app, Selection& selection) {
  app.add_option("--where", selection.where,
                 "only entries for which this holds: 'packets > 100 and action = drop'")
      ->transform(CLI::Validator(take_shield, ""))
      ->take_all()
      ->expected(1);
  text(app, "--sort", selection.sort, "in the order of this field; -FIELD for the largest first");
  number(app, "--limit", selection.limit, 1, "at most that many entries");
}

void add_stats(CLI::App& app, bool& stats) {
  app.add_flag("--stats", stats, "tell how many entries were read, and how consistent they are");
}

void add_dry_run(CLI::App& app, bool& dry_run) {
  app.add_flag("-n,--dry-run", dry_run, "only check, and tell what would be done");
}

}  // namespace mapctl::cli
