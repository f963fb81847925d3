#pragma once
// Makes foreign text safe to show: only whole characters, and none that control a terminal.

#include <string>
#include <string_view>

namespace mapctl {

/// The first character of a text in UTF-8, or a byte that belongs to no character.
struct Character {
  std::string_view bytes;
  char32_t code;  ///< stray_byte if it is no character
};

inline constexpr char32_t stray_byte = 0xffffffff;

/// `text` is not empty.
Character first_character(std::string_view text);

/// Calls `each` with every character until it returns false; returns true if it never did.
template <typename Each>
bool all_characters(std::string_view text, Each each) {
  while (!text.empty()) {
    const Character character = first_character(text);
    if (!each(character)) return false;
    text.remove_prefix(character.bytes.size());
  }
  return true;
}

/// U+0000 to U+001F, U+007F, and U+0080 to U+009F, which control a terminal like the former.
bool is_control(char32_t code);

bool is_utf8(std::string_view text);

/// Returns whether the text is UTF-8 without control characters.
bool is_printable(std::string_view text);

/// Replaces each control character and each stray byte by '?'.
std::string printable(std::string_view text);

/// The printable beginning of the text, for a message: at most 60 bytes, and "…" if it goes on.
std::string excerpt(std::string_view text);

}  // namespace mapctl
