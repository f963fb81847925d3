#pragma once
// Per-CPU values added up.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// The values that the CPUs have of one entry, as one value of layout.size bytes.
/// `values` is one slot for each CPU, of layout.size rounded up to 8. Integers in
/// host order are added, field by field, and wrap around in their size. All else
/// (enums, addresses, text, ports, numbers in network order) means nothing added
/// up and is kept where all CPUs agree. A CPU whose slot is all zero has never
/// written the entry and does not count. Padding and hidden members are unspecified.
/// Throws BadInput, naming the field, where CPUs disagree, and where more than one
/// has written a union with an integer in it, unless its members are names for the same integer.
Bytes sum_per_cpu(const Layout& layout, ByteView values);

}  // namespace mapctl
