#pragma once
// Makes foreign text safe to show: only whole characters, and none that control a terminal.

#include <span>
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

struct CharacterRange {
  char32_t first;
  char32_t last;
};

bool is_in(std::span<const CharacterRange> ranges, char32_t code);

/// True for what a reader would not see although it changes what he sees: controls of a terminal
/// (U+0000 to U+001F, U+007F to U+009F), characters that turn the direction of the text around
/// them, line separators, and characters without any width, such as U+200B and the tags from
/// U+E0000.
bool is_invisible(char32_t code);

bool is_utf8(std::string_view text);

/// Returns whether the text is UTF-8 without invisible characters.
bool is_printable(std::string_view text);

/// Replaces each invisible character and each stray byte by an escape that tells what is there:
/// \u001b, \U000e0041, \xff.
std::string printable(std::string_view text);

/// A file's name as UTF-8: a stray byte becomes \xff, and a backslash before an x \x5c, so that
/// name_of_text() gets exactly this name back. Most names stay as they are.
std::string text_of_name(std::string_view name);
std::string name_of_text(std::string_view text);

/// The text as one word of a shell, quoted if it has to be, so that a suggested command works as it
/// stands. What cannot be shown becomes an escape that the shell reads: $'a\x1b'.
std::string shell_word(std::string_view text);

/// The printable beginning of the text, for a message: at most 60 bytes, and "…" if it goes on.
std::string excerpt(std::string_view text);

}  // namespace mapctl
