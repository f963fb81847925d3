#pragma once
// Conditions on addresses and keys of LPM tries: they lie within a range.

#include "text/query/comparison.hpp"

namespace mapctl {

/// Whether the field holds addresses and nothing else.
bool is_address(const Operand& operand);

/// Whether a constant of that field after `in` may be an address range.
bool takes_ranges(const Operand& operand);

/// The address lies in the range, `10.0.0.0/8`. The key of an LPM trie lies in it as a whole.
Condition within(const Operand& operand, std::string_view range);

}  // namespace mapctl
