#pragma once
// Reads the constants that were set in a program before it was loaded.

#include <optional>
#include <string_view>

#include "mapctl/info.hpp"

namespace mapctl {

/// A `const volatile bool` of the program; nullopt if it has none of that name, or if the caller
/// may not ask (CAP_SYS_ADMIN).
std::optional<bool> program_flag(const ProgramInfo& program, std::string_view name);

}  // namespace mapctl
