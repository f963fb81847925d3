#include "map/error/printable.hpp"

#include <cstdint>

namespace mapctl {
namespace {

/// False for surrogates, codes above U+10FFFF, and codes that a shorter sequence can encode.
bool is_encodable(char32_t code, std::size_t length) {
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return code <= 0x10ffff && code >= (length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U);
}

std::string_view shown(const Character& character) {
  const bool safe = character.code != stray_byte && !is_control(character.code);
  return safe ? character.bytes : "?";
}

}  // namespace

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7f && code <= 0x9f); }

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

}  // namespace mapctl
