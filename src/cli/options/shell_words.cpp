#include "cli/options/shell_words.hpp"

#include <algorithm>
#include <cstddef>

#include "mapctl/error.hpp"

namespace mapctl::cli {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_quote(char c) { return c == '\'' || c == '"' || c == '\\'; }

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  std::vector<std::string> words() {
    std::vector<std::string> found;
    found.reserve(static_cast<std::size_t>(std::ranges::count(line_, ' ')) + 1);
    for (skip_blanks(); at_ < line_.size() && line_[at_] != '#'; skip_blanks())
      found.push_back(word());
    return found;
  }

 private:
  void skip_blanks() {
    while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
  }

  std::string word() {
    std::string word{plain_text()};
    while (at_ < line_.size() && !is_blank(line_[at_])) {
      const char c = line_[at_++];
      if (c == '\'')
        word += single_quoted();
      else if (c == '"')
        word += double_quoted();
      else
        word += c == '\\' ? next("a backslash") : c;
    }
    return word;
  }

  /// Reads up to the next blank or quote.
  std::string_view plain_text() {
    std::size_t end = at_;
    while (end < line_.size() && !is_blank(line_[end]) && !is_quote(line_[end])) ++end;
    const std::string_view text = line_.substr(at_, end - at_);
    at_ = end;
    return text;
  }

  std::string_view single_quoted() {
    const std::size_t begin = at_;
    while (next("a single quote") != '\'') continue;
    return line_.substr(begin, at_ - 1 - begin);
  }

  std::string double_quoted() {
    std::string text;
    for (char c = next("a double quote"); c != '"'; c = next("a double quote")) {
      const bool escapes =
          c == '\\' && at_ < line_.size() && (line_[at_] == '"' || line_[at_] == '\\');
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

std::vector<std::string> shell_words(std::string_view line) { return Splitter(line).words(); }

}  // namespace mapctl::cli
