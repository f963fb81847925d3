#pragma once
// The texts that help prints.

#include <span>
#include <string>

#include "cli/options/command.hpp"

namespace mapctl::cli {

std::string general_help(std::span<const Command* const> commands);

/// Of commands that share their first word.
std::string group_help(std::span<const Command* const> commands);

std::string command_help(const Command& command);

/// On standard output, every write checked.
void print_help(const std::string& text);

}  // namespace mapctl::cli
