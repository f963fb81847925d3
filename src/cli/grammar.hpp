#pragma once
// The table of commands: which one is meant, and its help.

#include <functional>
#include <string>
#include <vector>

#include "exit_code.hpp"

namespace mapctl::cli {

/// Whether errors are wanted as JSON; readable before anything is parsed.
bool wants_json(const std::vector<std::string>& arguments);

/// Parses the arguments (without the program's name) and runs the command.
/// Throws Failed for a wrong call.
Exit run(const std::vector<std::string>& arguments);

}  // namespace mapctl::cli
