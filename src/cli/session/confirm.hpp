#pragma once
// Asks a person before data is lost, and whether a change has cut that person off.

#include <chrono>
#include <string>

#include "cli/session/session.hpp"

namespace mapctl::cli {

/// Asks on a terminal before an action that cannot be undone. Without a terminal, --yes is
/// required, and the call is wrong or, for Exit::refused, in the way of others. `action`: "freeze
/// counters". Throws Failed if the answer is no. The check of a batch asks nothing.
void confirm(const Session& session, const std::string& action, const std::string& consequence,
             Exit without_terminal = Exit::usage);

enum class Answer {
  yes,
  no,      ///< any other line
  none,    ///< standard input ended, or the terminal is gone
  late,    ///< the time is over
  signal,  ///< see interrupting_signal()
};

/// After this call, Ctrl-Z and a terminal that may not be read or written no longer stop the
/// process, which would then wait forever. Interrupts are watched.
void prepare_for_answer();

/// Asks on standard error and reads a line of standard input. Only a complete line counts, and
/// earlier input is discarded. The limit includes showing the question: the connection of a person
/// who was cut off may accept no more output.
Answer ask(const std::string& question, std::chrono::milliseconds limit);

}  // namespace mapctl::cli
