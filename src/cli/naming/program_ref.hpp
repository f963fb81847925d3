#pragma once
// Resolves a program on the command line: a pin, its name or its id.

#include <string>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// Opens a program by its pin, by name:NAME, or by id:N or N. Throws Failed (exit 3) if there is
/// none or the name is ambiguous.
Fd open_program_called(const std::string& reference);

}  // namespace mapctl::cli
