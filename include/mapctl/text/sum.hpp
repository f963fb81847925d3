#pragma once
// Per-CPU values added up.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/writer.hpp"

namespace mapctl {

/// Adds up the CPUs' values of one entry. `values` has one slot for each CPU, of layout.size
/// rounded up to 8. Integers in host order are added, field by field, and wrap around in their
/// size. Anything else (enums, addresses, text, ports, numbers in network order) has no meaningful
/// sum: it is kept if all CPUs agree that have written it, and zeros count as not written. Where
/// they differ, it is unclear; so is a union with an integer in it that more than one CPU has
/// written, unless its members are names for the same integer. Padding and hidden members are
/// unspecified.
///
/// The result has 2 * layout.size bytes: the sum, in which all that is unclear is 0, and behind it
/// a mask of the bits that are. Throws BadInput if the slots have another size.
Bytes sum_per_cpu(const Layout& layout, ByteView values);

/// Writes such a result like decode(), with null for what is unclear.
void decode_sum(const Layout& layout, ByteView sum, Writer& writer, Texts texts = Texts::to_nul);

}  // namespace mapctl
