#include "mapctl/text_writer.hpp"

#include <algorithm>
#include <charconv>

namespace mapctl {
namespace {

/// Characters that mean something to the grammar, to a shell or to a line of a
/// file; spaces and control characters do too.
constexpr std::string_view special = ",\"'\\[]{}=#";

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

/// U+0080 to U+009F move a terminal's cursor as the old control characters do.
bool is_late_control(std::string_view text, std::size_t i) {
  return text[i] == '\xc2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
}

bool needs_quotes(std::string_view text) {
  if (text.empty() || text == "null" || text[0] == '@' || text[0] == '-') return true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' || is_control(static_cast<unsigned char>(c))) return true;
    if (special.find(c) != std::string_view::npos || is_late_control(text, i)) return true;
  }
  return false;
}

void append_escape(std::string& out, unsigned char code) {
  constexpr char digits[] = "0123456789abcdef";
  out += "\\u00";
  out += digits[code >> 4];
  out += digits[code & 15];
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (is_control(static_cast<unsigned char>(c))) {
      append_escape(out, static_cast<unsigned char>(c));
    } else if (is_late_control(text, i)) {
      append_escape(out, static_cast<unsigned char>(text[++i]));
    } else {
      out += c;
    }
  }
  out += '"';
}

template <typename Integer>
void append_integer(std::string& out, Integer value) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

}  // namespace

void TextWriter::integer(std::int64_t value) { append_integer(out_, value); }

void TextWriter::integer(std::uint64_t value) { append_integer(out_, value); }

void TextWriter::number(std::string_view digits) { out_ += digits; }

void TextWriter::boolean(bool value) { out_ += value ? "true" : "false"; }

void TextWriter::word(std::string_view text) { out_ += text; }

void TextWriter::string(std::string_view text) {
  if (needs_quotes(text)) return append_quoted(out_, text);
  out_ += text;
}

void TextWriter::null() { out_ += "null"; }

void TextWriter::begin_struct() {
  if (depth_++ > 0) out_ += '{';
  first_ = true;
}

void TextWriter::member(std::string_view name) {
  separate();
  out_ += name;
  out_ += '=';
}

void TextWriter::end_struct() {
  if (--depth_ > 0) out_ += '}';
  first_ = false;
}

void TextWriter::begin_array() {
  ++depth_;
  out_ += '[';
  first_ = true;
}

void TextWriter::element() { separate(); }

void TextWriter::end_array() {
  --depth_;
  out_ += ']';
  first_ = false;
}

void TextWriter::begin_cpus() { begin_array(); }

void TextWriter::cpu(unsigned) { separate(); }

void TextWriter::end_cpus() { end_array(); }

void TextWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

}  // namespace mapctl
