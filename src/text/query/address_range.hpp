#pragma once
// Conditions that an address or a key of an LPM trie lies within a range.

#include "text/query/comparison.hpp"

namespace mapctl {

/// Returns whether the field holds addresses and nothing else.
bool is_address(const Operand& operand);

/// Returns whether a constant of that field after `in` may be an address range.
bool takes_ranges(const Operand& operand);

/// True if the address lies in a range like `10.0.0.0/8`, or all of an LPM trie's key does.
Condition within(const Operand& operand, std::string_view range);

}  // namespace mapctl
