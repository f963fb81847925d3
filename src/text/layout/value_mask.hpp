#pragma once
// Which bits of a value matter, as masks.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// layout.size bytes with a 1 for each bit that the user can see and set: not padding,
/// hidden members and what belongs to the kernel. All of a union is seen.
Bytes seen_bits(const Layout& layout);

/// The same with a 1 for each bit of members that are counters.
Bytes counter_bits(const Layout& layout);

}  // namespace mapctl
