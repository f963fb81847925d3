#pragma once
// Names with a meaning: tags of members, the kernel's own types, and hints in names of members.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// The role as in the tag mapctl:NAME: "counter", …; empty for Role::none.
std::string_view name_of_role(Role role);
std::optional<Role> role_called(std::string_view name);
std::vector<std::string> role_names();

/// Returns whether a struct of that name is a type that only the kernel may write: a lock, a timer
/// or a similar member of values.
bool is_reserved_name(std::string_view struct_name);

/// "bpf_spin_lock", …; "kptr" is a pointer that the kernel keeps.
std::optional<Layout> reserved_layout(std::string_view name);
std::vector<std::string> reserved_names();

/// Its name in the notation of types.
std::string reserved_name(const Layout& reserved);

/// addr, saddr, ip, src_ip, dst, gateway, …: a __be32 of that name is an IPv4 address.
bool is_address_name(std::string_view name);

/// mac, eth, h_source, hwaddr, …: six bytes of that name are a MAC.
bool is_mac_name(std::string_view name);

/// ipv6, ip6, v6, addr6, …: sixteen bytes of that name are an IPv6 address.
bool is_ipv6_name(std::string_view name);

}  // namespace mapctl
