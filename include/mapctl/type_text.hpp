#pragma once
// Types as text: what `create -k TYPE` takes and `show` prints.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mapctl/layout.hpp"

namespace mapctl {

/// Looks a C name up ("struct flow", "rule_t"): the type, or nothing where
/// there is none or that is no place for it; may throw BadInput that says more.
using FindType = std::function<std::optional<Layout>(const std::string& name)>;

/// Reads a type:
///   u8…u64, s8…s64, u128, s128, be16, be32, be64, f32, f64, bool, ptr
///   ipv4, ipv6, cidr4, cidr6, mac
///   char[N], u8[N], TYPE[N]
///   {name:TYPE,…}          a struct, aligned as C aligns it; {name:TYPE:BITS} is a bitfield
///   union{name:TYPE,…}     in a struct, {…} and union{…} may stand without a name
///   enum{name=NUMBER,…}    4 bytes; enum8…enum64 for other sizes
///   struct NAME            and union NAME, enum NAME, or a typedef: whatever `find` knows
///   N                      N bytes without a type (u8, u16, u32, u64 where N is their size)
/// Throws BadInput naming what would have worked.
Layout parse_type(std::string_view text, const FindType& find = {});

/// The same notation for a layout. parse_type reads it back to the same kinds,
/// names and offsets where the struct is aligned as C does it; tags and C's names
/// are not part of it, and what only the kernel may write appears as bytes.
std::string type_text(const Layout& layout);

}  // namespace mapctl
