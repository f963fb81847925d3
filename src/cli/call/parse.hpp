#pragma once
// A call parsed by what its command declares. The only files that know CLI11 are these two.

#include <optional>
#include <span>

#include "cli/call/arguments.hpp"
#include "cli/options/command.hpp"

namespace mapctl::cli {

/// The options that every command has, and those that are for commands with such types.
std::span<const Option> global_options(Types types);

/// Parses what stands beside the command's name; what no option says is as in `defaults`.
/// Nothing where help was asked for. Throws Failed for a wrong call.
std::optional<Call> parse(const Command& command, Arguments arguments, const Session& defaults);

/// "MAP KEY VALUE": the operands and the options that have to be given.
std::string usage(const Command& command);

}  // namespace mapctl::cli
