#pragma once
// The grammar of expressions. The meaning of its parts is in comparison.hpp.

#include <string_view>

#include "text/query/comparison.hpp"

namespace mapctl {

/// Throws BadInput where the text is no expression about entries of that schema.
Condition parse_expression(const Schema& schema, std::string_view text);

}  // namespace mapctl
