#pragma once
// Types as text, in the notation that `create -k TYPE` takes and `show` prints.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// Finds the type of a C name ("struct flow", "rule_t"); nullopt if there is none or it is not
/// allowed there. May throw BadInput that says more.
using FindType = std::function<std::optional<Layout>(const std::string& name)>;

/// Reads a type:
///   u8…u64, s8…s64, u128, s128, be16, be32, be64, f32, f64, bool, ptr
///   ipv4, ipv6, cidr4, cidr6, mac, ip and cidr of both families (IPv4 is ::ffff:a.b.c.d)
///   char[N] (also string[N]), u8[N], TYPE[N]
///   C's names: unsigned long, char, __u32, __be16, uint8_t, size_t, in6_addr, …
///   {name:TYPE,…}          a struct, aligned as C aligns it; {name:TYPE:BITS} is a bitfield
///   union{name:TYPE,…}     in a struct, {…} and union{…} may stand without a name
///   enum{name=NUMBER,…}    4 bytes; enum8…enum64 for other sizes
///   struct NAME{…}         with its name in C; union NAME{…}, enum NAME{…}
///   bpf_spin_lock, bpf_timer, …, kptr   the kernel's own
///   {name:TYPE@ROLE}       counter, hidden, ip_family, ip_proto, ip_port or variable, see Role
///   {name@OFFSET:TYPE}@SIZE   where C would put it elsewhere: bytes, or BYTE.BIT of a bitfield
///   struct NAME            and union NAME, enum NAME, or a typedef: whatever `find` knows
///   N                      N bytes without a type (u8, u16, u32, u64 where N is their size)
/// Throws BadInput that names valid forms.
Layout parse_type(std::string_view text, const FindType& find = {});

/// Writes a layout in the notation of parse_type(), without C names. parse_type() reads the same
/// layout back, except for arrays and enums of nothing, which the notation lacks.
std::string type_text(const Layout& layout);

/// Writes C names, too; nullopt unless parse_type() reads back a layout whose bytes mean the same.
std::optional<std::string> exact_type_text(const Layout& layout);

}  // namespace mapctl
