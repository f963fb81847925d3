#include "text/literal/json_string.hpp"

#include <algorithm>
#include <array>

#include "map/error/printable.hpp"
#include "text/literal/json_string.hpp"

namespace mapctl {
namespace {

void append_code(std::string& out, char32_t code) {
  constexpr char digits[] = "0123456789abcdef";
  out += "\\u00";
  out += digits[code >> 4];
  out += digits[code & 15];
}

void append_escaped(std::string& out, const Character& character) {
  switch (character.code) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    case stray_byte:
      out += "\xef\xbf\xbd";
      return;
    default:
      break;
  }
  if (is_control(character.code))
    append_code(out, character.code);
  else
    out += character.bytes;
}

/// For each byte, whether JSON has it in strings as it stands.
constexpr std::array<bool, 256> json_as_it_stands = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = ' '; c < 0x7f; ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

/// Names and addresses mostly are: then nothing has to be taken apart.
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
