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
};

/// Dotted quads in full and without leading zeros; IPv6 as RFC 4291 has it.
std::optional<IpAddress> parse_ip(std::string_view text);

/// `02:00:00:aa:bb:cc`, also with dashes. `out` is 6 bytes.
bool parse_mac(std::string_view text, ByteSpan out);

/// Each appends the text of the address and returns its end; room for 45
/// characters is always enough. IPv6 as RFC 5952 has it.
char* append_ipv4(char* out, ByteView address);
char* append_ipv6(char* out, ByteView address);
char* append_mac(char* out, ByteView address);
char* append_ip(char* out, const IpAddress& address);

}  // namespace mapctl
