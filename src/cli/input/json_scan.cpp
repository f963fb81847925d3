#include "cli/input/json_scan.hpp"

#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

bool ends_scalar(char c) { return is_space(c) || c == ',' || c == ']' || c == '}' || c == ':'; }

/// Returns the index after the string that begins at `at`; past the end if it is not closed.
std::size_t behind_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

}  // namespace

char JsonScan::peek() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonScan::take(char c) {
  if (peek() != c || at_ >= text_.size()) return false;
  ++at_;
  return true;
}

std::string_view JsonScan::rest() {
  peek();
  return text_.substr(at_);
}

std::optional<std::string_view> JsonScan::name() {
  if (peek() != '"') return std::nullopt;
  const std::string_view quoted = string();
  if (quoted.empty() || !take(':')) return std::nullopt;
  return quoted.substr(1, quoted.size() - 2);
}

std::string_view JsonScan::value() {
  switch (peek()) {
    case '"':
      return string();
    case '{':
    case '[':
      return nested();
    default:
      return scalar();
  }
}

std::string_view JsonScan::string() {
  const std::size_t begin = at_;
  const std::size_t end = behind_string(text_, begin);
  if (end > text_.size()) return {};
  at_ = end;
  return text_.substr(begin, end - begin);
}

std::string_view JsonScan::nested() {
  const std::size_t begin = at_;
  std::size_t depth = 0;
  for (std::size_t at = begin; at < text_.size();) {
    const char c = text_[at];
    if (c == '"') {
      at = behind_string(text_, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) {
      at_ = at;
      return text_.substr(begin, at - begin);
    }
  }
  return {};
}

std::string_view JsonScan::scalar() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && !ends_scalar(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

}  // namespace mapctl::cli
