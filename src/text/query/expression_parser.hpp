#pragma once
// The grammar of expressions. comparison.hpp gives its parts their meaning.

#include <string_view>

#include "text/query/comparison.hpp"

namespace mapctl {

/// Throws BadInput if the text is no expression about entries of that schema.
Condition parse_expression(const Schema& schema, std::string_view text);

}  // namespace mapctl
