#include "map/error/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace mapctl {
namespace {

/// False for surrogates, codes above U+10FFFF, and codes that a shorter sequence can encode.
bool is_encodable(char32_t code, std::size_t length) {
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return code <= 0x10ffff && code >= (length == 4 ? 0x10000U : length == 3 ? 0x800U : 0x80U);
}

constexpr CharacterRange invisible[] = {{0x00, 0x1f},     {0x7f, 0x9f},      {0xad, 0xad},
                                        {0x61c, 0x61c},   {0x180e, 0x180e},  {0x200b, 0x200f},
                                        {0x2028, 0x202e}, {0x2060, 0x206f},  {0xfeff, 0xfeff},
                                        {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

bool is_shown_as_it_is(const Character& character) {
  return character.code != stray_byte && !is_invisible(character.code);
}

std::string shown(const Character& character) {
  if (is_shown_as_it_is(character)) return std::string{character.bytes};
  if (character.code == stray_byte)
    return fmt::format("\\x{:02x}", static_cast<std::uint8_t>(character.bytes.front()));
  const auto code = static_cast<std::uint32_t>(character.code);
  return code > 0xffff ? fmt::format("\\U{:08x}", code) : fmt::format("\\u{:04x}", code);
}

}  // namespace

bool is_in(std::span<const CharacterRange> ranges, char32_t code) {
  return std::ranges::any_of(ranges, [code](const CharacterRange& range) {
    return code >= range.first && code <= range.last;
  });
}

bool is_invisible(char32_t code) {
  if (code >= 0x20 && code < 0x7f) return false;  // most of all texts
  return is_in(invisible, code);
}

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

bool is_printable(std::string_view text) { return all_characters(text, is_shown_as_it_is); }

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  all_characters(text, [&](const Character& c) {
    out += shown(c);
    return true;
  });
  return out;
}

std::string text_of_name(std::string_view name) {
  std::string out;
  for (; !name.empty(); name.remove_prefix(first_character(name).bytes.size())) {
    const Character character = first_character(name);
    if (character.code == stray_byte)
      out += shown(character);
    else
      out += name.starts_with("\\x") ? R"(\x5c)" : character.bytes;
  }
  return out;
}

std::string name_of_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    unsigned byte = 0;
    const bool is_escape = text.size() >= 4 && text.starts_with("\\x") &&
                           std::from_chars(&text[2], &text[2] + 2, byte, 16).ptr == &text[2] + 2;
    out += is_escape ? static_cast<char>(byte) : text.front();
    text.remove_prefix(is_escape ? 4 : 1);
  }
  return out;
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain = "%+,-./:=@_";
  const auto is_plain = [&](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || plain.find(static_cast<char>(c)) != plain.npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string{text};
  const bool shows = is_printable(text);
  std::string out = shows ? "'" : "$'";
  all_characters(text, [&](const Character& character) {
    if (character.bytes == "'" || (!shows && character.bytes == "\\"))
      out += shows ? R"('\'')" : fmt::format("\\{}", character.bytes);
    else if (is_shown_as_it_is(character))
      out += character.bytes;
    else
      for (const char byte : character.bytes)
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    return true;
  });
  return out + "'";
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out;
  const bool whole = all_characters(text, [&](const Character& c) {
    const std::string next = shown(c);
    if (out.size() + next.size() > longest) return false;
    out += next;
    return true;
  });
  return whole ? out : out + "…";
}

}  // namespace mapctl
