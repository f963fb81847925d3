#pragma once
// IPv4, IPv6 and MAC addresses as text, both ways.

#include <array>
#include <optional>
#include <string_view>

#include "mapctl/bytes.hpp"

namespace mapctl {

/// An IP address; IPv4 in the first four bytes, the rest zero.
struct IpAddress {
  bool v4 = false;
  std::array<std::byte, 16> bytes{};

  unsigned bits() const noexcept { return v4 ? 32 : 128; }

  /// The bits before an IPv4 address in IPv6: ::ffff:a.b.c.d.
  static constexpr unsigned mapped_bits = 96;
  static IpAddress unmapped(ByteView bytes);
  std::array<std::byte, 16> mapped() const;
};

/// Reads full dotted quads without leading zeros, and IPv6 as in RFC 4291.
std::optional<IpAddress> parse_ip(std::string_view text);

/// Reads `02:00:00:aa:bb:cc`, also with dashes. `out` is 6 bytes.
bool parse_mac(std::string_view text, ByteSpan out);

/// Each appends the text of the address and returns its end; 45 characters are always enough. IPv6
/// is written as in RFC 5952.
char* append_ipv4(char* out, ByteView address);
char* append_ipv6(char* out, ByteView address);
char* append_mac(char* out, ByteView address);
char* append_ip(char* out, const IpAddress& address);

}  // namespace mapctl
