#pragma once
// A program on the command line: a pin, its name or its id.

#include <string>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// Opens the program at that pin, of that name:NAME, or of that id:N or N. Throws Failed
/// (exit 3) where there is none or the name is ambiguous.
Fd open_program_called(const std::string& reference);

}  // namespace mapctl::cli
