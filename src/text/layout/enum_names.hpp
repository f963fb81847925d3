#pragma once
// Short names of enumerators: `drop` for FILTER_DROP.

#include <string_view>
#include <vector>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// Strips the prefix up to an underscore that all names share; a single one
/// loses the enum's own name. No short name is empty or begins with a digit.
void set_short_names(std::vector<Enumerator>& enumerators, std::string_view enum_name);

}  // namespace mapctl
