#pragma once
// The order of the values of a field, and comparisons with a constant.

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "mapctl/text/entry_view.hpp"
#include "text/query/field_path.hpp"

namespace mapctl {

using Condition = std::function<bool(EntryView)>;
using Order = std::function<std::partial_ordering(EntryView, EntryView)>;

/// Made of bits for the orders that satisfy it: less, equal, greater.
enum class Comparator : unsigned {
  less = 1,
  equal = 2,
  less_equal = less | equal,
  greater = 4,
  not_equal = less | greater,
  greater_equal = greater | equal,
};

/// The constant is read as encode reads a value of the field. Throws BadInput, naming the
/// field, where it does not fit, and where such values have no order but one is asked for.
Condition compared_with(const Operand& operand, Comparator comparator, std::string_view constant);

/// The printed text of the field, without quotes, fits a pattern of the shell.
Condition fits_pattern(const Operand& operand, const std::string& pattern);

/// The field is not false. Throws BadInput where it is no bool.
Condition is_true(const Operand& operand);

/// Throws BadInput where values of that type have no order.
Order order_by(const Operand& operand);

}  // namespace mapctl
