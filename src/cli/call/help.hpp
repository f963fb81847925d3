#pragma once
// The texts that help prints.

#include <span>
#include <string>
#include <string_view>

#include "cli/options/command.hpp"

namespace mapctl::cli {

std::string general_help(std::span<const Command* const> commands);

/// The help of the commands that have this first word.
std::string group_help(std::span<const Command* const> commands, std::string_view group);

std::string command_help(const Command& command);

/// Prints to standard output and checks every write.
Exit print_help(const std::string& text);

}  // namespace mapctl::cli
