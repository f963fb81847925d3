#pragma once
// The table of commands: which one is meant, and its help.

#include <functional>

#include "cli/call/arguments.hpp"
#include "cli/session/exit_code.hpp"
#include "cli/session/session.hpp"

namespace mapctl::cli {

/// Parses the arguments (without the program's name) and runs the command.
/// Throws Failed for a wrong call.
Exit run(const Arguments& arguments);

/// A call that is parsed and can be run.
struct Call {
  std::function<Exit(const Session&)> run;
  Session session;
  bool changes_names = false;  ///< afterwards a name may lead to another map
  bool can_check = false;      ///< it minds Session::only_check
};

/// Parses a line of a batch; `session` is the batch's. Throws Failed for a wrong call.
Call parse_line(Arguments words, const Session& session);

}  // namespace mapctl::cli
