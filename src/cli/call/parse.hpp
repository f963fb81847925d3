#pragma once
// Parses a call by the declaration of its command. Only parse.hpp and parse.cpp use CLI11.

#include "cli/call/arguments.hpp"
#include "cli/options/command.hpp"

namespace mapctl::cli {

/// Parses the arguments after the command's name; `defaults` gives what no option sets. The call
/// has no options if help was requested. Throws Failed for a wrong call.
Call parse(const Command& command, Arguments arguments, const Session& defaults);

/// Returns the operands and the required options, such as "MAP KEY VALUE".
std::string usage(const Command& command);

}  // namespace mapctl::cli
