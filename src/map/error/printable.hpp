#pragma once
// Texts of others, made safe to show: whole characters, and none that steer a terminal.

#include <string>
#include <string_view>

namespace mapctl {

/// What a text begins with: a character in UTF-8, or a byte that is part of none.
struct Character {
  std::string_view bytes;
  char32_t code;  ///< stray_byte where it is no character
};

inline constexpr char32_t stray_byte = 0xffffffff;

/// `text` is not empty.
Character first_character(std::string_view text);

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

/// U+0000 to U+001F, U+007F, and U+0080 to U+009F, which move a terminal's cursor as the old ones
/// do.
bool is_control(char32_t code);

bool is_utf8(std::string_view text);

/// Whether it is UTF-8 without control characters.
bool is_printable(std::string_view text);

/// The text with a '?' for each control character and each stray byte.
std::string printable(std::string_view text);

/// The beginning of the text, printable, for a message: at most 60 bytes, and "…"
/// where it goes on.
std::string excerpt(std::string_view text);

}  // namespace mapctl
