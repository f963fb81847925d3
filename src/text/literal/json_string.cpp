#include "text/literal/json_string.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "map/error/printable.hpp"

namespace mapctl {
namespace {

struct Escape {
  char32_t code;
  std::string_view text;
};

constexpr Escape escapes[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"},
                              {'\t', "\\t"}, {'\r', "\\r"},  {stray_byte, "\xef\xbf\xbd"}};

void append_escaped(std::string& out, const Character& character) {
  constexpr char digits[] = "0123456789abcdef";
  const char32_t code = character.code;
  const auto* const found = std::ranges::find(escapes, code, &Escape::code);
  if (found != std::end(escapes))
    out += found->text;
  else if (is_control(code))
    out.append("\\u00") += {digits[code >> 4], digits[code & 15]};
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
