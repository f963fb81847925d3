#include "text/literal/text_cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "map/error/printable.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {
namespace {

/// The position of the first of these characters, or the end.
template <char... Characters>
std::size_t find_any(std::string_view text, std::size_t from) {
  while (from < text.size() && ((text[from] != Characters) && ...)) ++from;
  return from;
}

bool needs_parser(std::string_view content) {
  return std::any_of(content.begin(), content.end(),
                     [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

std::string ValuePath::text() const {
  if (is_top(*this)) return {};
  std::string path = parent->text();
  if (name.empty()) return path + "[" + std::to_string(index) + "]";
  if (!path.empty()) path += '.';
  return path += name;
}

void refuse(const ValuePath& place, const std::string& message, std::vector<Remedy> fix) {
  if (Unexplained::is_on()) throw BadInput({});
  const std::string path = place.text();
  throw BadInput(path.empty() ? message : path + ": " + message, std::move(fix));
}

std::string quote(std::string_view text) {
  return Unexplained::is_on() ? std::string{} : fmt::format("'{}'", excerpt(text));
}

bool Cursor::accept(char c) {
  if (peek() != c || at_ >= text_.size()) return false;
  ++at_;
  return true;
}

bool Cursor::at_end() {
  peek();
  return at_ >= text_.size();
}

std::string_view Cursor::rest() {
  peek();
  return text_.substr(at_);
}

std::string Cursor::where() { return at_end() ? "at the end" : "before " + quote(rest()); }

Token TextCursor::token(const ValuePath& place) {
  if (peek() == '"') return {quoted(place), true};
  const std::size_t stop = nested() ? find_any<',', '}', ']'>(text_, at_) : text_.size();
  const std::string_view bare = trim(text_.substr(at_, stop - at_));
  at_ = stop;
  return {bare, false};
}

std::string_view TextCursor::quoted(const ValuePath& place) {
  const std::size_t length = quoted_length(text_.substr(at_));
  if (length == std::string_view::npos)
    refuse(place, "the quote in " + quote(text_.substr(at_)) + " is not closed");
  const std::string_view whole = text_.substr(at_, length);
  at_ += length;
  const std::string_view content = whole.substr(1, length - 2);
  if (!needs_parser(content)) return content;
  const auto json = nlohmann::json::parse(whole, nullptr, false);
  if (!json.is_string()) refuse(place, quote(whole) + " is not a JSON string");
  unescaped_ = json.get_ref<const std::string&>();
  return unescaped_;
}

std::string_view TextCursor::name(const ValuePath& place) {
  if (peek() == '"') {
    const std::string_view name = quoted(place);
    if (!accept(':') && !accept('=')) refuse(place, "a ':' is missing after " + quote(name));
    return name;
  }
  const std::size_t stop = find_any<'=', ',', '{', '}', '[', ']'>(text_, at_);
  const std::string_view name = trim(text_.substr(at_, stop - at_));
  if (stop >= text_.size() || text_[stop] != '=') return {};
  at_ = stop + 1;
  return name;
}

void TextCursor::finish(const ValuePath& place) {
  if (!at_end()) refuse(place, quote(rest()) + " is left over after the value");
}

std::size_t quoted_length(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

std::size_t count_elements(std::string_view text) {
  if (trim(text).starts_with(']')) return 0;
  std::size_t count = 1;
  unsigned depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      const std::size_t length = quoted_length(text.substr(i));
      if (length == std::string_view::npos) break;
      i += length - 1;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth == 0) break;
      --depth;
    } else if (c == ',' && depth == 0) {
      ++count;
    }
  }
  return count;
}

}  // namespace mapctl
