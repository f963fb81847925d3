#include "mapctl/text/text_writer.hpp"

#include <charconv>

#include "map/error/printable.hpp"
#include "text/literal/json_string.hpp"

namespace mapctl {
namespace {

/// Characters with a meaning in the grammar, in a shell or in a line of a file.
constexpr std::string_view special = " ,\"'\\[]{}=#";

bool needs_quotes(std::string_view text) {
  if (text.empty() || text == "null" || text[0] == '@' || text[0] == '-' || text[0] == ';')
    return true;
  return text.find_first_of(special) != std::string_view::npos || !is_printable(text);
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
  if (needs_quotes(text)) return append_json_string(out_, text);
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
