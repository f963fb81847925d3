#pragma once
// Waiting for a person who may have been cut off.

#include <chrono>

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

/// What was typed before the question is no answer to it.
void forget_typed();

/// Reads a line of standard input; only a whole one counts.
Answer wait_for_answer(std::chrono::milliseconds limit);

}  // namespace mapctl::cli
