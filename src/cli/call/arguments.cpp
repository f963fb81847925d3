#include "cli/call/arguments.hpp"

#include <algorithm>
#include <cstdlib>

#include "cli/call/global_options.hpp"

namespace mapctl::cli {

namespace {

/// Returns true for the global options that take a value.
bool takes_value(std::string_view word) {
  return std::ranges::any_of(global_options(Types::all), [&](const Option& option) {
    return option.kind != ValueKind::flag && contains_name(option.names, word);
  });
}

bool is_json_format(std::string_view name) {
  const auto format = parse_format(name);
  return format && is_json(*format);
}

}  // namespace

bool is_negative_number(std::string_view word) {
  if (!word.starts_with('-')) return false;
  word.remove_prefix(1);
  if (word.starts_with('.')) word.remove_prefix(1);
  return word.find_first_of("0123456789") == 0 || word == "inf" || word == "nan";
}

bool is_argument(std::string_view word) {
  return !word.starts_with('-') || word == "-" || is_negative_number(word);
}

std::optional<std::size_t> first_word(const Arguments& words, std::size_t from) {
  for (std::size_t i = from; i < words.size(); ++i) {
    if (!words[i].starts_with('-')) return i;
    if (takes_value(words[i])) ++i;
  }
  return std::nullopt;
}

std::string take_word(Arguments& words, std::size_t from) {
  const auto at = first_word(words, from);
  if (!at) return {};
  std::string word = std::move(words[*at]);
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(*at));
  return word;
}

bool wants_json(const Arguments& words) {
  const char* const usual = std::getenv("MAPCTL_OUTPUT");
  bool wants = usual != nullptr && is_json_format(usual);
  std::string_view before;
  for (const std::string_view word : words) {
    if (word == "--") break;
    if (before == "-o" || before == "--output")
      wants = is_json_format(word);
    else if (word.starts_with("--output="))
      wants = is_json_format(word.substr(word.find('=') + 1));
    else if (word == "-j" || word == "--json" || word == "-p" || word == "--pretty" ||
             word == "-jp")
      wants = true;
    else if (word.starts_with("-o") && word.size() > 2)
      wants = is_json_format(word.substr(2));
    before = word;
  }
  return wants;
}

}  // namespace mapctl::cli
