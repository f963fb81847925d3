#pragma once
// Texts of others, made safe to show: whole characters, and none that steer a terminal.

#include <cstdint>
#include <optional>
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

bool is_utf8(std::string_view text);

/// Whether it is UTF-8 without control characters: U+0000 to U+001F, U+007F, and
/// U+0080 to U+009F, which move a terminal's cursor as the old ones do.
bool is_printable(std::string_view text);

/// The text with a '?' for each control character and each stray byte.
std::string printable(std::string_view text);

/// The beginning of the text, printable, for a message: at most 60 bytes, and "…"
/// where it goes on.
std::string excerpt(std::string_view text);

/// Appends the text as a JSON string with its quotes, control characters escaped.
/// Stray bytes become U+FFFD, so that the result is always valid JSON.
void append_json_string(std::string& out, std::string_view text);

/// "42" or "0x2a"; nothing for any other text, and where it does not fit 32 bits.
std::optional<std::uint32_t> whole_number(std::string_view text);

/// Without white space at both ends.
std::string_view trim(std::string_view text);

/// Whether they differ in nothing but the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace mapctl
