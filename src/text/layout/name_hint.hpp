#pragma once
// Hints that the name of a member gives where the type of its bytes says nothing.

#include <string_view>

namespace mapctl {

/// addr, saddr, ip, src_ip, dst, gateway, …: a __be32 of that name is an IPv4 address.
bool is_address_name(std::string_view name);

/// mac, eth, h_source, hwaddr, …: six bytes of that name are a MAC.
bool is_mac_name(std::string_view name);

/// ipv6, ip6, v6, addr6, …: sixteen bytes of that name are an IPv6 address.
bool is_ipv6_name(std::string_view name);

}  // namespace mapctl
