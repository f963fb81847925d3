#pragma once
// The table of commands: finds the command of a call, and prints help.

#include <span>

#include "cli/call/arguments.hpp"
#include "cli/options/command.hpp"

namespace mapctl::cli {

/// Runs the command of these arguments. Throws Failed for a wrong call.
Exit run(Arguments arguments);

/// Parses a line of a batch; `session` belongs to the batch. Throws Failed for a wrong call.
Call parse_line(Arguments words, const Session& session);

std::span<const Command* const> all_commands();

}  // namespace mapctl::cli
