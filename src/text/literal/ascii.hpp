#pragma once
// Small helpers for texts that people write.

#include <cstdint>
#include <optional>
#include <string_view>

namespace mapctl {

/// Reads "42" or "0x2a"; nullopt for any other text, and if the number needs more than 32 bits.
std::optional<std::uint32_t> whole_number(std::string_view text);

/// True for white space of JSON.
inline bool is_space(char c) {
  return c <= ' ' && (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

/// The text without white space at its ends.
inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The lower case of an ASCII letter; any other byte unchanged.
char lower(char c);

/// Returns whether the texts differ only in the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace mapctl
