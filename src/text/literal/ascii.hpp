#pragma once
// Small helpers for texts that people write.

#include <cstdint>
#include <optional>
#include <string_view>

namespace mapctl {

/// "42" or "0x2a"; nothing for any other text, and where it does not fit 32 bits.
std::optional<std::uint32_t> whole_number(std::string_view text);

/// White space as JSON has it.
inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The text without white space at its ends.
std::string_view trim(std::string_view text);

/// Of an ASCII letter; any other byte as it is.
char lower(char c);

/// Whether they differ in nothing but the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace mapctl
