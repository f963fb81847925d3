#pragma once
// Runs the real binary as users do: a shell line in, output and exit code out.

#include <sys/types.h>

#include <ostream>
#include <string>

namespace mapctl::test {

struct Outcome {
  int exit = -1;
  std::string out;
  std::string err;
};

/// Runs a line of sh with the mapctl under test first in PATH. A process ended by a signal has exit
/// code 128 plus its number.
Outcome sh(const std::string& line);

/// The beginning of a line that a user without rights runs.
inline constexpr const char* as_nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups ";

/// Runs a line in the background; it is killed with its object. Begin the line with exec: then the
/// process is the program, not a shell around it.
class Background {
 public:
  explicit Background(const std::string& line);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background();

  pid_t pid() const { return pid_; }
  bool is_running() const;
  /// Waits for the end of the process.
  Outcome outcome();
  /// Interrupts the process as Ctrl-C does, and waits for its end.
  Outcome interrupt();

 private:
  int out_;
  int err_;
  pid_t pid_;  ///< 0 after it has ended
};

std::ostream& operator<<(std::ostream& os, const Outcome& outcome);

}  // namespace mapctl::test
