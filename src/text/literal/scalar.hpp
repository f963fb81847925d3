#pragma once
// Numbers and bytes as text, both ways.

#include <optional>
#include <string>
#include <string_view>

#include "mapctl/bytes.hpp"
#include "text/literal/bits.hpp"

namespace mapctl {

/// A number as it was written, before it is fitted into a type.
struct Number {
  Wide magnitude = 0;
  bool negative = false;
  bool too_large = false;  ///< for 128 bits
};

/// `42`, `-1`, `0x2a`, `0b101`.
std::optional<Number> parse_number(std::string_view text);

/// The number in two's complement of `bits` bits, if it fits.
std::optional<Wide> fit(const Number& number, unsigned bits, bool is_signed);

/// "0 to 255"
std::string range_text(unsigned bits, bool is_signed);

/// Large enough for any 128-bit number with its sign.
using DecimalBuffer = char[48];

/// The decimal digits of a value of 128 bits, in the buffer.
std::string_view decimal(Wide value, bool is_signed, DecimalBuffer& buffer);

/// Returns whether the text starts with "hex:".
bool is_hex_text(std::string_view text);

/// Reads pairs of hex digits with nothing, colons, dashes or spaces between. Returns the number of
/// pairs, and writes as many as fit to out.
std::optional<std::size_t> parse_hex(std::string_view digits, ByteSpan out);

/// `hex:0a000001`
std::string hex_text(ByteView bytes);

/// Appends two lower-case digits for each byte; returns the end.
char* append_hex(char* out, ByteView bytes);

}  // namespace mapctl
