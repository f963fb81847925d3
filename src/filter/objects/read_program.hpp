#pragma once
// What the kernel tells of one program.

#include <cstdint>
#include <optional>
#include <string>

#include "mapctl/fd.hpp"
#include "mapctl/filter/filter.hpp"

namespace mapctl {

/// Nullopt where it is gone, or the caller may not ask (CAP_SYS_ADMIN for one by its id).
std::optional<FilterProgram> read_program(const Fd& program);
std::optional<FilterProgram> read_program(std::uint32_t id);

/// Empty where it cannot be told.
std::string program_name(const Fd& program);
std::string program_name(std::uint32_t id);

/// Whether a program of that name is a filter's, under whatever name the filter itself goes.
bool is_filter_program(std::string_view name);

}  // namespace mapctl
