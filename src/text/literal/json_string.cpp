#include "text/literal/json_string.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "map/error/printable.hpp"

namespace mapctl {
namespace {

struct Escape {
  char32_t code;
  std::string_view text;
};

constexpr Escape escapes[] = {
    {'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\t', "\\t"}, {'\r', "\\r"}};

void append_unit(std::string& out, std::uint32_t unit) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
}

/// JSON escapes UTF-16: a code above U+FFFF needs two units.
void append_code(std::string& out, std::uint32_t code) {
  if (code <= 0xffff) return append_unit(out, code);
  append_unit(out, 0xd800 + ((code - 0x10000) >> 10));
  append_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

void append_escaped(std::string& out, const Character& character) {
  const auto* const found = std::ranges::find(escapes, character.code, &Escape::code);
  if (found != std::end(escapes))
    out += found->text;
  else if (character.code == stray_byte)
    out += '\\' + printable(character.bytes);
  else if (is_invisible(character.code))
    append_code(out, character.code);
  else
    out += character.bytes;
}

/// True for each byte that JSON strings contain unescaped.
constexpr std::array<bool, 256> json_as_it_stands = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = ' '; c < 0x7f; ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

/// True for most names and addresses, which then need no decoding.
bool is_json_as_it_stands(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return json_as_it_stands[static_cast<unsigned char>(c)]; });
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  if (is_json_as_it_stands(text))
    out += text;
  else
    all_characters(text, [&](const Character& character) {
      append_escaped(out, character);
      return true;
    });
  out += '"';
}

}  // namespace mapctl
