#pragma once
// Questions to a person: before something is lost, and whether a change has cut that person off.

#include <chrono>
#include <string>

#include "cli/session/session.hpp"

namespace mapctl::cli {

/// Asks on a terminal before something that cannot be undone. Elsewhere --yes has to say it.
/// `action`: "freeze counters". Throws Failed where the answer is no.
void confirm(const Session& session, const std::string& action, const std::string& consequence);

enum class Answer {
  yes,
  no,      ///< another line
  none,    ///< standard input ended, or the terminal is gone
  late,    ///< the time ran out
  signal,  ///< see interrupting_signal()
};

/// From now on neither a terminal that may not be read or written nor Ctrl-Z stops the process:
/// it would wait for ever. Interrupts are watched.
void prepare_for_answer();

/// Asks on standard error, and reads a line of standard input. Only a whole line counts, and
/// nothing that was typed before. All of it has to happen within that time, showing the question
/// too: the connection of a person who was cut off may take no more output.
Answer ask(const std::string& question, std::chrono::milliseconds limit);

}  // namespace mapctl::cli
