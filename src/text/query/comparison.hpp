#pragma once
// What makes one value of a field less than another, or equal to a constant.

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "mapctl/text/expression.hpp"
#include "text/query/field_path.hpp"

namespace mapctl {

using Condition = std::function<bool(EntryView)>;
using Order = std::function<std::partial_ordering(EntryView, EntryView)>;

enum class Comparator { equal, not_equal, less, less_equal, greater, greater_equal };

/// The constant is read as encode reads a value of the field. Throws BadInput, naming the
/// field, where it does not fit, and where such values have no order but one is asked for.
Condition compared_with(const Operand& operand, Comparator comparator, std::string_view constant);

/// Whether a constant of that field after `in` may be an address range.
bool takes_ranges(const Operand& operand);

/// Of those: whether it holds nothing else.
bool is_address(const Operand& operand);

/// Of an address: it lies in the range, `10.0.0.0/8`. Of an LPM trie's key: all of it does.
Condition within(const Operand& operand, std::string_view range);

/// Its text, as it is printed, but without quotes, fits the shell's pattern.
Condition fits_pattern(const Operand& operand, const std::string& pattern);

/// Not false. Throws BadInput where the field is no bool.
Condition is_true(const Operand& operand);

/// Throws BadInput where values of that type have no order.
Order order_by(const Operand& operand);

}  // namespace mapctl
