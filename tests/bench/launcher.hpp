#pragma once
// Runs commands to their end and measures their time and memory.

#include <sys/types.h>

#include <string>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl::bench {

using Command = std::vector<std::string>;

struct Run {
  /// Processor time, which does not depend on other load. All measured commands run in one thread
  /// and never wait, so on an idle machine it equals wall-clock time.
  double milliseconds = 0;
  double peak_mib = 0;  ///< the largest resident set; 0 if nothing was started
};

/// A small process that starts commands. The kernel never reports a smaller peak for a command than
/// its parent had at that moment, so the process that holds the data must not be the parent.
class Launcher {
 public:
  /// Forks: call it while this process is small.
  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// Writes the standard output of the command to that file. Throws std::runtime_error if it fails.
  Run run(const Command& command, const std::string& output = "/dev/null") const;

 private:
  Fd requests_;
  pid_t child_ = 0;
};

}  // namespace mapctl::bench
