#pragma once
// The options that every command has, or every command that reads typed entries.

#include <span>

#include "cli/options/command.hpp"

namespace mapctl::cli {

/// The options of every command, and those for commands with such types.
std::span<const Option> global_options(Types types);

}  // namespace mapctl::cli
