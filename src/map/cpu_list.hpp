#pragma once
// The kernel's notation for sets of CPUs, and the place of a CPU among the possible ones.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace mapctl {

/// "0-3,8,10-11" as ids, ascending. Throws BadInput on anything else.
std::vector<unsigned> parse_cpu_list(std::string_view text);

/// The index of the CPU in possible_cpus(), which is that of its slot in a per-CPU value; nullopt
/// if it is no possible CPU.
std::optional<std::size_t> place_of_cpu(unsigned cpu);

}  // namespace mapctl
