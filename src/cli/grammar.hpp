#pragma once
// The table of commands: which one is meant, and its help.

#include <functional>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "session.hpp"

namespace mapctl::cli {

/// Whether errors are wanted as JSON; readable before anything is parsed.
bool wants_json(const std::vector<std::string>& arguments);

/// Parses the arguments (without the program's name) and runs the command.
/// Throws Failed for a wrong call.
Exit run(const std::vector<std::string>& arguments);

/// A call that is parsed and can be run.
struct Call {
  std::function<Exit(const Session&)> run;
  Session session;
  bool changes_names = false;  ///< afterwards a name may lead to another map
};

/// Parses a line of a batch; `session` is the batch's. Throws Failed for a wrong call.
Call parse_line(std::vector<std::string> words, const Session& session);

}  // namespace mapctl::cli
