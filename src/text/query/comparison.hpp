#pragma once
// The order of the values of a field, and comparisons with a constant.

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "mapctl/text/entry_view.hpp"
#include "text/query/operand.hpp"

namespace mapctl {

using Condition = std::function<bool(EntryView)>;
using Order = std::function<std::partial_ordering(EntryView, EntryView)>;

/// A set of bits, one for each order that satisfies the comparison: less, equal, greater.
enum class Comparator : unsigned {
  less = 1,
  equal = 2,
  less_equal = less | equal,
  greater = 4,
  not_equal = less | greater,
  greater_equal = greater | equal,
};

/// Reads the constant as encode reads a value of the field. Throws BadInput, naming the field, if
/// it does not fit, and if an order is asked for that such values do not have.
Condition compared_with(const Operand& operand, Comparator comparator, std::string_view constant);

/// Returns whether the field holds addresses and nothing else.
bool is_address(const Operand& operand);

/// Returns whether a constant of that field after `in` may be an address range.
bool takes_ranges(const Operand& operand);

/// True if the address lies in a range like `10.0.0.0/8`, or all of an LPM trie's key does.
Condition within(const Operand& operand, std::string_view range);

/// True if the printed text of the field, without quotes, matches a shell pattern.
Condition fits_pattern(const Operand& operand, const std::string& pattern);

/// True if the field is not false. Throws BadInput if it is no bool.
Condition is_true(const Operand& operand);

/// Throws BadInput if values of that type have no order.
Order order_by(const Operand& operand);

}  // namespace mapctl
