#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "map/error/printable.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/codec/end.hpp"
#include "text/layout/enumerators.hpp"
#include "text/literal/address.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/ip_protocol.hpp"
#include "text/literal/quantity.hpp"
#include "text/literal/scalar.hpp"
#include "text/literal/suggest.hpp"
#include "text/literal/wall_time.hpp"

namespace mapctl {
namespace {

std::string bytes_text(std::size_t size) { return counted(size, "byte"); }

std::string integer_name(const Layout& layout, unsigned bits) {
  if (bits != layout.size * 8) return "a field of " + std::to_string(bits) + " bits";
  const char* const letter = layout.kind == Kind::big_endian ? "be" : layout.is_signed ? "s" : "u";
  return letter + std::to_string(bits);
}

[[noreturn]] void refuse_number(const Layout& layout, std::string_view text, unsigned bits,
                                const ValuePath& place) {
  refuse(place, excerpt(text) + " does not fit " + integer_name(layout, bits) + ": " +
                    range_text(bits, layout.is_signed));
}

Wide fit_or_refuse(const Layout& layout, const Number& number, std::string_view text, unsigned bits,
                   const ValuePath& place) {
  if (const auto value = fit(number, bits, layout.is_signed)) return *value;
  refuse_number(layout, text, bits, place);
}

Wide read_integer(const Layout& layout, std::string_view text, unsigned bits,
                  const ValuePath& place) {
  const std::optional<Number> number = parse_number(text);
  if (!number)
    refuse(place, quote(text) + " is not a number: " + integer_name(layout, bits) + " takes " +
                      range_text(bits, layout.is_signed));
  return fit_or_refuse(layout, *number, text, bits, place);
}

Wide read_enumerator(const Layout& layout, const Token& token, unsigned bits,
                     const ValuePath& place) {
  if (const Enumerator* const found = find_enumerator(layout, token.text)) {
    const bool negative = layout.is_signed && is_negative(found->value, 64);
    const std::uint64_t magnitude = negative ? 0 - found->value : found->value;
    const Number number{.magnitude = magnitude, .negative = negative};
    return fit_or_refuse(layout, number, token.text, bits, place);
  }
  if (const auto number = parse_number(token.text))
    return fit_or_refuse(layout, *number, token.text, bits, place);
  if (!token.quoted && token.text == "null") refuse_null(place);
  if (Unexplained::is_on()) refuse(place, {});
  const std::vector<std::string> names = enumerator_names(layout);
  if (names.empty()) refuse(place, quote(token.text) + " is not a number");
  refuse(place, quote(token.text) + " is none of " + name_list(names),
         suggestion(token.text, names));
}

Wide read_boolean(const Token& token, unsigned bits, const ValuePath& place) {
  if (token.text == "true") return 1;
  if (token.text == "false") return 0;
  const std::optional<Number> number = parse_number(token.text);
  const std::optional<Wide> value = number ? fit(*number, bits, false) : std::nullopt;
  if (!value)
    refuse(place, quote(token.text) +
                      " is neither true nor false, nor a number that fits, of which each but 0 "
                      "is true");
  return *value;
}

/// Reads a value of any kind that can also be a bitfield.
Wide read_bits(const Layout& layout, const Token& token, unsigned bits, const ValuePath& place) {
  if (layout.kind == Kind::enumeration) return read_enumerator(layout, token, bits, place);
  if (!token.quoted && token.text == "null") refuse_null(place);
  if (layout.kind == Kind::boolean) return read_boolean(token, bits, place);
  return read_integer(layout, token.text, bits, place);
}

void store(const Layout& layout, Wide value, ByteSpan out) {
  layout.kind == Kind::big_endian ? store_big(out, value) : store_host(out, value);
}

template <typename Float>
void encode_float(std::string_view text, ByteSpan out, const ValuePath& place) {
  Float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end == text.data() + text.size();
  if (whole && error == std::errc::result_out_of_range)
    refuse(place, excerpt(text) + " does not fit a float of " + bytes_text(sizeof(Float)));
  // There are many NaNs: this text means one of them, and the others are written as hex.
  const bool nan = equal_ignoring_case(text, "nan");
  if (nan) value = std::numeric_limits<Float>::quiet_NaN();
  if (!whole || error != std::errc{} || (std::isnan(value) && !nan))
    refuse(place, quote(text) + " is not a number such as 1.5, nan or -inf");
  std::memcpy(out.data(), &value, sizeof value);
}

/// In quotes, hex:… means bytes only if it gives all bytes of the array: as text it would not fit.
bool is_bytes(const Layout& layout, const Token& token, ByteSpan out) {
  if (!is_hex_text(token.text) || layout.kind == Kind::reserved) return false;
  if (layout.kind != Kind::text || !token.quoted) return true;
  return parse_hex(token.text.substr(4), out) == out.size();
}

void encode_text(const Token& token, ByteSpan out, const ValuePath& place) {
  // In a struct, null without quotes is JSON's null and not a text.
  const bool is_null = token.text == "null" && !token.quoted;
  if (is_null && !is_top(place)) refuse(place, "null is not a value; the text is \"null\"");
  if (token.text.size() > out.size())
    refuse(place, quote(token.text) + " has " + bytes_text(token.text.size()) +
                      ", there is room for " + std::to_string(out.size()));
  std::memset(out.data(), 0, out.size());
  if (!token.text.empty()) std::memcpy(out.data(), token.text.data(), token.text.size());
}

void encode_ip(std::string_view text, Kind kind, ByteSpan out, const ValuePath& place) {
  const std::optional<IpAddress> address = parse_ip(text);
  if (kind == Kind::ip) {
    if (!address) refuse(place, quote(text) + " is neither 192.0.2.7 nor 2001:db8::1 nor the like");
    return void(std::ranges::copy(address->mapped(), out.begin()));
  }
  const bool v4 = kind == Kind::ipv4;
  if (!address || address->v4 != v4)
    refuse(place, quote(text) + (v4 ? " is not an IPv4 address such as 192.0.2.7"
                                    : " is not an IPv6 address such as 2001:db8::1"));
  std::memcpy(out.data(), address->bytes.data(), out.size());
}

bool is_colon_hex(std::string_view text, ByteSpan out) {
  return text.find(':') != std::string_view::npos && parse_hex(text, out) == out.size();
}

void encode_bytes(std::string_view text, ByteSpan out, const ValuePath& place) {
  if (is_colon_hex(text, out)) return;
  refuse(place,
         quote(text) + " does not give " + bytes_text(out.size()) + "; they are written hex:…");
}

std::string untyped_forms(std::size_t size) {
  std::string forms;
  if (has_integer_size(size)) forms += "an integer, ";
  if (size == 4) forms += "an IPv4 address, ";
  if (size == 16) forms += "an IPv6 address, ";
  if (size == 6) forms += "a MAC address, ";
  return forms + "hex:… of " + bytes_text(size);
}

bool encode_untyped_number(const Number& number, ByteSpan out) {
  if (!has_integer_size(out.size())) return false;
  const auto bits = static_cast<unsigned>(out.size() * 8);
  const std::optional<Wide> value = fit(number, bits, number.negative);
  if (value) store_host(out, *value);
  return value.has_value();
}

void encode_untyped(std::string_view text, ByteSpan out, const ValuePath& place) {
  const std::optional<Number> number = parse_number(text);
  if (number && encode_untyped_number(*number, out)) return;
  const std::optional<IpAddress> address = parse_ip(text);
  if (address && out.size() == address->bits() / 8) {
    std::memcpy(out.data(), address->bytes.data(), out.size());
    return;
  }
  if (is_colon_hex(text, out) || (out.size() == 6 && parse_mac(text, out))) return;
  refuse(place, quote(text) + " does not fit " + bytes_text(out.size()) +
                    " without a type, which take " + untyped_forms(out.size()));
}

void encode_protocol(const Layout& layout, const Token& token, ByteSpan out,
                     const ValuePath& place) {
  if (const auto number = protocol_number(token.text)) return store_host(out, *number);
  const char first = token.text.empty() ? '\0' : token.text[0];
  const bool is_number = first == '-' || (first >= '0' && first <= '9');
  if (is_number || is_hex_text(token.text)) return encode_scalar(layout, token, out, place);
  if (!token.quoted && token.text == "null") refuse_null(place);
  refuse_protocol(token.text, place);
}

void encode_end(const Layout& layout, const Token& token, ByteSpan out, const ValuePath& place) {
  if (is_hex_text(token.text) || token.text == "0") return encode_scalar(layout, token, out, place);
  const std::optional<std::uint64_t> end = parse_end(token.text, layout.size);
  if (end) return store_host(out, *end);
  if (!token.quoted && token.text == "null") refuse_null(place);
  if (parse_wall_time(token.text)) refuse(place, quote(token.text) + " is too late to be kept");
  if (parse_duration(token.text))
    refuse(
        place, quote(token.text) + " is a duration, no point in time",
        {{"let it end that much later than now", Remedy::set_lifetime, {std::string{token.text}}}});
  if (parse_wall_time(std::string{token.text} + 'Z'))
    refuse(place, quote(token.text) + " is skipped or repeated where the local clocks change",
           {"write it in UTC, with a Z at the end"});
  refuse(place, quote(token.text) +
                    " is no point in time such as 2026-12-01T08:00Z, or without the Z in local "
                    "time");
}

}  // namespace

void refuse_protocol(std::string_view text, const ValuePath& place) {
  refuse(place, quote(text) + " is not an IP protocol by name or number",
         suggestion(text, protocol_names()));
}

void encode_hex(std::string_view text, ByteSpan out, const ValuePath& place) {
  const std::optional<std::size_t> count = parse_hex(text.substr(4), out);
  if (!count) refuse(place, quote(text) + " is not made of pairs of hex digits");
  if (*count != out.size())
    refuse(place, quote(text) + " has " + bytes_text(*count) + ", " + std::to_string(out.size()) +
                      " are needed");
}

bool encode_special(TextCursor& in, const Member& member, ByteSpan parent, const ValuePath& place) {
  const Layout& type = member.type;
  if (member.bit_size != 0) {
    const Wide value = read_bits(type, in.token(place), member.bit_size, place);
    put_bits(parent, member.bit_offset, member.bit_size, value);
    return true;
  }
  if (is_end(member)) {
    encode_end(type, in.token(place), parent.subspan(member.offset(), type.size), place);
    return true;
  }
  if (member.role != Role::ip_proto || type.kind != Kind::integer) return false;
  encode_protocol(type, in.token(place), parent.subspan(member.offset(), type.size), place);
  return true;
}

void encode_scalar(const Layout& layout, const Token& token, ByteSpan out, const ValuePath& place) {
  std::string_view text = token.text;
  if (is_bytes(layout, token, out)) return encode_hex(text, out, place);
  const bool may_be_null = layout.kind == Kind::enumeration || layout.kind == Kind::text;
  if (text == "null" && !token.quoted && !may_be_null) refuse_null(place);
  switch (layout.kind) {
    case Kind::integer:
    case Kind::big_endian:
    case Kind::enumeration:
    case Kind::boolean:
    case Kind::pointer:
      return store(layout, read_bits(layout, token, layout.size * 8, place), out);
    case Kind::ipv4:
    case Kind::ipv6:
    case Kind::ip:
      return encode_ip(text, layout.kind, out, place);
    case Kind::mac:
      if (parse_mac(text, out)) return;
      refuse(place, quote(text) + " is not a MAC address such as 02:00:00:aa:bb:cc");
    case Kind::floating:
      if (layout.name == percent_type && text.ends_with('%')) text.remove_suffix(1);
      if (layout.size == sizeof(float)) return encode_float<float>(text, out, place);
      if (layout.size == sizeof(double)) return encode_float<double>(text, out, place);
      return encode_bytes(text, out, place);
    case Kind::text:
      return encode_text(token, out, place);
    case Kind::bytes:
      return encode_bytes(text, out, place);
    case Kind::untyped:
      return encode_untyped(text, out, place);
    case Kind::reserved:
      refuse(place, "this belongs to the kernel and cannot be set");
    case Kind::structure:
    case Kind::union_:
    case Kind::array:
      return encode_whole(layout, text, out, place);
  }
}

}  // namespace mapctl
