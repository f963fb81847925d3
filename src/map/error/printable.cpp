#include "map/error/printable.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace mapctl {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7f && code <= 0x9f); }

/// Surrogates, what lies past U+10FFFF, and what a shorter sequence could say.
bool is_encodable(char32_t code, std::size_t length) {
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return code <= 0x10ffff && code >= (length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U);
}

/// Calls `each` with every character until it returns false; whether it never did.
template <typename Each>
bool all_characters(std::string_view text, Each each) {
  while (!text.empty()) {
    const Character character = first_character(text);
    if (!each(character)) return false;
    text.remove_prefix(character.bytes.size());
  }
  return true;
}

std::string_view shown(const Character& character) {
  const bool safe = character.code != stray_byte && !is_control(character.code);
  return safe ? character.bytes : "?";
}

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

Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {text.substr(0, 1), lead};
  const Character stray{text.substr(0, 1), stray_byte};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc0 || lead >= 0xf8 || length > text.size()) return stray;
  char32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return stray;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  return is_encodable(code, length) ? Character{text.substr(0, length), code} : stray;
}

bool is_utf8(std::string_view text) {
  return all_characters(text, [](const Character& c) { return c.code != stray_byte; });
}

bool is_printable(std::string_view text) {
  return all_characters(
      text, [](const Character& c) { return c.code != stray_byte && !is_control(c.code); });
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  all_characters(text, [&](const Character& c) {
    out += shown(c);
    return true;
  });
  return out;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out;
  const bool whole = all_characters(text, [&](const Character& c) {
    if (out.size() + shown(c).size() > longest) return false;
    out += shown(c);
    return true;
  });
  return whole ? out : out + "…";
}

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

std::optional<std::uint32_t> whole_number(std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, is_hex ? 16 : 10);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace mapctl
