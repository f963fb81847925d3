#pragma once
// Per-CPU values added up.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// Adds up the CPUs' values of one entry, as one value of layout.size bytes. `values` has one slot
/// for each CPU, of layout.size rounded up to 8. Integers in host order are added, field by field,
/// and wrap around in their size. Anything else (enums, addresses, text, ports, numbers in network
/// order) has no meaningful sum and is kept if all CPUs agree. A CPU whose slot is all zero has
/// never written the entry and does not count. Padding and hidden members are unspecified. Throws
/// BadInput, naming the field, if CPUs disagree, and if more than one has written a union with an
/// integer in it, unless its members are names for the same integer.
Bytes sum_per_cpu(const Layout& layout, ByteView values);

}  // namespace mapctl
