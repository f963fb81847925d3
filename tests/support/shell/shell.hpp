#pragma once
// Runs the real binary as users do: a shell line in, output and exit code out.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <thread>

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

/// What Background::capabilities() says of a process that has only these, and can gain none.
std::string capabilities_alone(std::uint64_t mask);

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
  /// The sets of its capabilities, as /proc shows them: "CapInh:\t0000000000000000\n…".
  std::string capabilities() const;
  /// Waits for the end of the process.
  Outcome outcome();
  /// Interrupts the process as Ctrl-C does, and waits for its end.
  Outcome interrupt();

 private:
  int out_;
  int err_;
  pid_t pid_;  ///< 0 after it has ended
};

/// Waits for it. If that takes too long, it returns false, and the test fails.
template <typename Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

std::ostream& operator<<(std::ostream& os, const Outcome& outcome);

}  // namespace mapctl::test
