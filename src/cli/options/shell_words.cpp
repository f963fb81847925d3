#include "cli/options/shell_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "mapctl/error.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

/// For each byte, whether it ends a text without quotes.
constexpr auto ends_plain_text = [] {
  std::array<bool, 256> ends{};
  for (const char c : {' ', '\t', '\n', '\r', '\'', '"', '\\'})
    ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  std::vector<std::string> words() {
    constexpr std::size_t usual = 8;
    std::vector<std::string> found;
    found.reserve(usual);
    for (skip_blanks(); at_ < line_.size() && line_[at_] != '#'; skip_blanks())
      found.push_back(word());
    return found;
  }

 private:
  void skip_blanks() {
    while (at_ < line_.size() && is_space(line_[at_])) ++at_;
  }

  std::string word() {
    std::string word{plain_text()};
    while (at_ < line_.size() && !is_space(line_[at_])) {
      const char c = line_[at_++];
      if (c == '\'')
        word += quoted(c, "a single quote");
      else if (c == '"')
        word += quoted(c, "a double quote");
      else
        word += c == '\\' ? next("a backslash") : c;
    }
    return word;
  }

  /// Reads up to the next blank or quote.
  std::string_view plain_text() {
    const std::string_view rest = line_.substr(at_);
    const auto end =
        std::find_if(rest.begin(), rest.end(), [](unsigned char c) { return ends_plain_text[c]; });
    const std::string_view text(rest.begin(), end);
    at_ += text.size();
    return text;
  }

  std::string quoted(char quote, std::string_view name) {
    std::string text;
    for (char c = next(name); c != quote; c = next(name)) {
      const bool escapes = quote == '"' && c == '\\' && at_ < line_.size() &&
                           (line_[at_] == '"' || line_[at_] == '\\');
      text += escapes ? line_[at_++] : c;
    }
    return text;
  }

  char next(std::string_view after) {
    if (at_ == line_.size())
      throw BadInput("the line ends after " + std::string{after} + " that begins something");
    return line_[at_++];
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<std::string> shell_words(std::string_view line) {
  // The kernel and libc would end a name there.
  if (line.find('\0') != std::string_view::npos)
    throw BadInput("the line contains a NUL byte, which no word can");
  return Splitter(line).words();
}

}  // namespace mapctl::cli
