#pragma once
// Types as text: what `create -k TYPE` takes and `show` prints.

#include <string>
#include <string_view>

#include "mapctl/layout.hpp"

namespace mapctl {

/// Reads a type:
///   u8…u64, s8…s64, u128, s128, be16, be32, be64, f32, f64, bool, ptr
///   ipv4, ipv6, cidr4, cidr6, mac
///   char[N], u8[N], TYPE[N]
///   {name:TYPE,…}          a struct, aligned as C aligns it
///   union{name:TYPE,…}
///   enum{name=NUMBER,…}    4 bytes; enum8…enum64 for other sizes
///   N                      N bytes without a type (u8, u16, u32, u64 where N is their size)
/// Throws BadInput naming what would have worked.
Layout parse_type(std::string_view text);

/// The same notation for a layout; parse_type reads it back to a layout of the
/// same size whose members have the same names, kinds and offsets. (What the
/// notation cannot say — tags, C's names, bitfields — is left out or appears as bytes.)
std::string type_text(const Layout& layout);

}  // namespace mapctl
