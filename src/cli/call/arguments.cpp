#include "cli/call/arguments.hpp"

namespace mapctl::cli {

namespace {

/// Returns true for the global options that take a value.
bool takes_value(std::string_view option) {
  return option == "-o" || option == "--output" || option == "--key-as" || option == "--value-as" ||
         option == "--btf";
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

}  // namespace

bool is_negative_number(std::string_view word) {
  if (!word.starts_with('-')) return false;
  word.remove_prefix(1);
  if (word.starts_with('.')) word.remove_prefix(1);
  return (!word.empty() && is_digit(word.front())) || word == "inf" || word == "nan";
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
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view value = words[i];
    if (value == "--") return false;
    if (value == "-j" || value == "--json" || value == "-p" || value == "--pretty" ||
        value == "-jp")
      return true;
    if ((value == "-o" || value == "--output") && i + 1 < words.size())
      value = words[i + 1];
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

}  // namespace mapctl::cli
