#pragma once
// The places where the C compilers of Linux put the members of a struct.

#include <cstdint>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// A scalar is aligned to its size, an aggregate to its largest part; addresses and bytes have no
/// alignment.
std::uint32_t alignment_of(const Layout& layout);

/// The bit at which a member begins that follows `bits` bits of other members.
std::uint64_t natural_offset(const Member& member, std::uint64_t bits);

/// The size of a struct or a union whose members end at that bit.
std::uint32_t natural_size(const Layout& layout, std::uint64_t bits);

}  // namespace mapctl
