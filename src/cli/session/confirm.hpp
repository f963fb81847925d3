#pragma once
// Waiting for a person who may have been cut off.

#include <chrono>
#include <string>

namespace mapctl::cli {

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

/// Asks on standard error, and reads a line of standard input; only a whole one counts, and nothing
/// that was typed before. All of it has to happen within that time: also showing the question,
/// which whoever was cut off keeps from going anywhere.
Answer ask(const std::string& question, std::chrono::milliseconds limit);

}  // namespace mapctl::cli
