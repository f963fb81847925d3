#pragma once
// Constants of integers that are computed: `10k`, `5m`, `now - 10m`.

#include <optional>
#include <string>
#include <string_view>

#include "text/query/operand.hpp"

namespace mapctl {

/// The number in digits if the field is an integer and the text is a size, a duration, or a time
/// before or after now. A duration counts in the unit in which the field's name ends, and a field
/// whose name contains `boot` has the clock that goes on while the machine sleeps. Throws BadInput,
/// naming the field, if the name has no unit, or if the duration is not whole in it.
std::optional<std::string> computed_constant(const Operand& operand, std::string_view text);

}  // namespace mapctl
