#pragma once
// The kernel's notation for sets of CPUs.

#include <string_view>
#include <vector>

namespace mapctl {

/// "0-3,8,10-11" as ids, ascending. Throws BadInput on anything else.
std::vector<unsigned> parse_cpu_list(std::string_view text);

}  // namespace mapctl
