#pragma once
// Runs the real binary as its users do: a line of shell in, output and exit code out.

#include <sys/types.h>

#include <ostream>
#include <string>

namespace mapctl::test {

struct Outcome {
  int exit = -1;
  std::string out;
  std::string err;
};

/// Runs a line of sh with the mapctl under test first in PATH. A process ended
/// by a signal has exit 128 plus its number.
Outcome sh(const std::string& line);

/// The same line at work meanwhile; killed with its object. Begin it with exec: the
/// process is that of the program then, not of a shell before it.
class Background {
 public:
  explicit Background(const std::string& line);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background();

  pid_t pid() const { return pid_; }
  bool is_running() const;
  /// Waits for the end.
  Outcome outcome();
  /// As Ctrl-C does, and waits for the end.
  Outcome interrupt();

 private:
  int out_;
  int err_;
  pid_t pid_;  ///< 0 when it has ended
};

std::ostream& operator<<(std::ostream& os, const Outcome& outcome);

}  // namespace mapctl::test
