#pragma once
// The texts that help prints.

#include <span>
#include <string>

#include "cli/options/command.hpp"

namespace mapctl::cli {

std::string general_help(std::span<const Command* const> commands);

/// The help of the commands that share their first word.
std::string group_help(std::span<const Command* const> commands);

std::string command_help(const Command& command);

/// Prints to standard output and checks every write.
void print_help(const std::string& text);

}  // namespace mapctl::cli
