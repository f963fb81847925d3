#include "cli/options/shell_words.hpp"

#include <algorithm>
#include <cstddef>

#include "mapctl/error.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

bool is_quote(char c) { return c == '\'' || c == '"' || c == '\\'; }

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
    std::size_t end = at_;
    while (end < line_.size() && !is_space(line_[end]) && !is_quote(line_[end])) ++end;
    const std::string_view text = line_.substr(at_, end - at_);
    at_ = end;
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
