#include "cli/input/json_scan.hpp"

#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

bool ends_scalar(char c) { return is_space(c) || c == ',' || c == ']' || c == '}' || c == ':'; }

/// The end of the number or word that begins at the first index or before it.
std::size_t scalar_end(std::string_view text, std::size_t from = 0) {
  while (from < text.size() && !ends_scalar(text[from])) ++from;
  return from;
}

/// Returns true for the value that has to be closed: a string, an object or an array.
bool is_open(std::string_view value) {
  return value.empty() || value[0] == '"' || value[0] == '{' || value[0] == '[';
}

}  // namespace

std::optional<std::size_t> JsonEnd::find(std::string_view text) {
  if (!is_open(text)) {
    at_ = scalar_end(text, at_);
    return at_ < text.size() ? std::optional{at_} : std::nullopt;
  }
  const auto is_closed = [this] { return at_ > 0 && !in_string_ && depth_ == 0; };
  while (!is_closed() && at_ < text.size()) in_string_ ? skip_string(text) : step(text[at_++]);
  return is_closed() ? std::optional{at_} : std::nullopt;
}

void JsonEnd::step(char c) {
  in_string_ = c == '"';
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
}

/// A backslash that ends the text leaves the index behind it: what it escapes is skipped later.
void JsonEnd::skip_string(std::string_view text) {
  std::size_t at = at_;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  in_string_ = at >= text.size();
  at_ = in_string_ ? at : at + 1;
}

std::optional<std::string_view> JsonScan::name() {
  if (peek() != '"') return std::nullopt;
  const std::string_view quoted = value();
  if (quoted.empty() || !accept(':')) return std::nullopt;
  return quoted.substr(1, quoted.size() - 2);
}

std::string_view JsonScan::value() {
  const std::string_view text = rest();
  std::size_t size = 0;
  if (text.starts_with('"'))
    size = quoted_length(text);
  else
    size = is_open(text) ? JsonEnd{}.find(text).value_or(0) : scalar_end(text);
  if (size == std::string_view::npos) return {};
  at_ += size;
  return text.substr(0, size);
}

}  // namespace mapctl::cli
