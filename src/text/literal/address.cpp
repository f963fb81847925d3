#include "text/literal/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "text/literal/bits.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {
namespace {

char* append_octet(char* out, unsigned value) {
  if (value >= 100) *out++ = static_cast<char>('0' + value / 100);
  if (value >= 10) *out++ = static_cast<char>('0' + value / 10 % 10);
  *out++ = static_cast<char>('0' + value % 10);
  return out;
}

/// Takes a number up to 255 without leading zeros from the front of the text.
std::optional<unsigned> take_octet(std::string_view& text) {
  unsigned value = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    if (digits > 0 && value == 0) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(text[digits] - '0');
    if (value > 255) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// Avoids inet_pton, which is several times slower: files of millions of addresses are common.
bool parse_ipv4(std::string_view text, ByteSpan out) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    const std::optional<unsigned> octet = take_octet(text);
    if (!octet) return false;
    out[i] = static_cast<std::byte>(*octet);
  }
  return text.empty();
}

struct Run {
  std::size_t begin = 0;
  std::size_t length = 0;
};

using Groups = std::array<unsigned, 8>;

/// The longest run of zero groups, the first of equals; a single group does not count.
Run longest_zero_run(const Groups& groups) {
  Run best;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i > best.length) best = {i, end - i};
    i = end;
  }
  return best.length > 1 ? best : Run{};
}

bool is_v4_mapped(ByteView address) {
  return all_zero(address.first(10)) && byte_at(address, 10) == 0xff &&
         byte_at(address, 11) == 0xff;
}

}  // namespace

IpAddress IpAddress::unmapped(ByteView bytes) {
  IpAddress address{.v4 = is_v4_mapped(bytes)};
  std::ranges::copy(bytes.subspan(address.v4 ? mapped_bits / 8 : 0), address.bytes.begin());
  return address;
}

std::array<std::byte, 16> IpAddress::mapped() const {
  if (!v4) return bytes;
  std::array<std::byte, 16> mapped{};
  mapped[10] = mapped[11] = std::byte{0xff};
  std::copy_n(bytes.begin(), 4, mapped.begin() + mapped_bits / 8);
  return mapped;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  IpAddress address;
  address.v4 = text.find(':') == std::string_view::npos;
  if (address.v4) return parse_ipv4(text, address.bytes) ? std::optional{address} : std::nullopt;
  char copied[48] = {};  // inet_pton takes C strings; no address is longer
  if (text.size() >= sizeof copied || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  text.copy(copied, text.size());
  if (inet_pton(AF_INET6, copied, address.bytes.data()) != 1) return std::nullopt;
  return address;
}

bool parse_mac(std::string_view text, ByteSpan out) {
  if (text.size() != 17) return false;
  for (std::size_t i = 2; i < text.size(); i += 3) {
    if (text[i] != text[2] || (text[i] != ':' && text[i] != '-')) return false;
  }
  return parse_hex(text, out) == 6;
}

char* append_ipv4(char* out, ByteView address) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) *out++ = '.';
    out = append_octet(out, byte_at(address, i));
  }
  return out;
}

char* append_ipv6(char* out, ByteView address) {
  if (is_v4_mapped(address)) {
    std::memcpy(out, "::ffff:", 7);
    return append_ipv4(out + 7, address.subspan(12));
  }
  Groups groups;
  for (std::size_t i = 0; i < groups.size(); ++i)
    groups[i] = static_cast<unsigned>(byte_at(address, 2 * i) << 8 | byte_at(address, 2 * i + 1));
  const Run zeros = longest_zero_run(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (zeros.length > 0 && i == zeros.begin) {
      *out++ = ':';
      i += zeros.length - 1;
      if (i + 1 == groups.size()) *out++ = ':';
      continue;
    }
    if (i > 0) *out++ = ':';
    out = std::to_chars(out, out + 5, groups[i], 16).ptr;
  }
  return out;
}

char* append_mac(char* out, ByteView address) {
  for (std::size_t i = 0; i < 6; ++i) {
    if (i > 0) *out++ = ':';
    out = append_hex(out, address.subspan(i, 1));
  }
  return out;
}

char* append_ip(char* out, const IpAddress& address) {
  return address.v4 ? append_ipv4(out, address.bytes) : append_ipv6(out, address.bytes);
}

}  // namespace mapctl
