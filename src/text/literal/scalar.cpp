#include "text/literal/scalar.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace mapctl {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

unsigned take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const auto mark = static_cast<char>(digits[1] | 0x20);  // in lower case
  if (mark != 'x' && mark != 'b') return 10;
  digits.remove_prefix(2);
  return mark == 'x' ? 16 : 2;
}

/// Most numbers are this short: their digits always fit 64 bits.
std::optional<Number> parse_short_decimal(std::string_view digits) {
  std::uint64_t magnitude = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    magnitude = magnitude * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return Number{.magnitude = magnitude};
}

std::optional<Number> parse_magnitude(std::string_view digits, unsigned base) {
  constexpr std::size_t always_fit = 19;
  if (digits.empty()) return std::nullopt;
  if (base == 10 && digits.size() <= always_fit) return parse_short_decimal(digits);
  Number number;
  for (const char c : digits) {
    const int digit = digit_value(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) return std::nullopt;
    if (__builtin_mul_overflow(number.magnitude, Wide{base}, &number.magnitude) ||
        __builtin_add_overflow(number.magnitude, static_cast<Wide>(digit), &number.magnitude)) {
      number.too_large = true;
    }
  }
  return number;
}

}  // namespace

std::optional<Number> parse_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const unsigned base = take_base(text);
  if (negative && base != 10) return std::nullopt;
  std::optional<Number> number = parse_magnitude(text, base);
  if (number) number->negative = negative && (number->magnitude != 0 || number->too_large);
  return number;
}

std::optional<Wide> fit(const Number& number, unsigned bits, bool is_signed) {
  if (number.too_large) return std::nullopt;
  const Wide highest = is_signed ? mask(bits - 1) : mask(bits);
  if (!number.negative)
    return number.magnitude <= highest ? std::optional{number.magnitude} : std::nullopt;
  if (!is_signed || number.magnitude > highest + 1) return std::nullopt;
  return (~number.magnitude + 1) & mask(bits);
}

std::string range_text(unsigned bits, bool is_signed) {
  DecimalBuffer buffer;
  std::string range = "0";
  if (is_signed) range = decimal(~mask(bits - 1), true, buffer);
  range += " to ";
  return range += decimal(is_signed ? mask(bits - 1) : mask(bits), false, buffer);
}

std::string_view decimal(Wide value, bool is_signed, DecimalBuffer& buffer) {
  const bool negative = is_signed && is_negative(value, 128);
  if (negative) value = ~value + 1;
  char* const end = buffer + sizeof buffer;
  char* begin = end;
  do {
    *--begin = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  if (negative) *--begin = '-';
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool is_hex_text(std::string_view text) { return text.starts_with("hex:"); }

std::optional<std::size_t> parse_hex(std::string_view digits, ByteSpan out) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < digits.size();) {
    if (std::strchr(" :-", digits[i]) != nullptr && digits[i] != '\0') {
      ++i;
      continue;
    }
    if (i + 1 >= digits.size()) return std::nullopt;
    const int high = digit_value(digits[i]);
    const int low = digit_value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    if (count < out.size()) out[count] = static_cast<std::byte>(high << 4 | low);
    ++count;
    i += 2;
  }
  return count;
}

char* append_hex(char* out, ByteView bytes) {
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    *out++ = hex_digits[value >> 4];
    *out++ = hex_digits[value & 15];
  }
  return out;
}

std::string hex_text(ByteView bytes) {
  std::string text(4 + 2 * bytes.size(), '\0');
  text.replace(0, 4, "hex:");
  append_hex(text.data() + 4, bytes);
  return text;
}

}  // namespace mapctl
