#pragma once
// The grammar of expressions; what its parts mean is comparison's.

#include <string_view>

#include "text/query/comparison.hpp"

namespace mapctl {

/// Throws BadInput where the text is no expression about entries of that schema.
Condition parse_expression(const Schema& schema, std::string_view text);

}  // namespace mapctl
