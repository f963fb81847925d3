#pragma once
// Commands run to their end: how long they take, and how much memory.

#include <sys/types.h>

#include <string>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl::bench {

using Command = std::vector<std::string>;

struct Run {
  /// Of processor time, which does not depend on what else the machine does. All that is
  /// measured runs in one thread and waits for nothing: alone it takes as long on the clock.
  double milliseconds = 0;
  double peak_mib = 0;  ///< the largest resident set; 0 where nothing was started
};

/// A small process that starts commands. What the kernel reports as a command's peak is never
/// less than its parent had at that moment, so the parent must not be the one that holds the data.
class Launcher {
 public:
  /// Forks: call it while this process is small.
  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// Its standard output goes to that file. Throws std::runtime_error where it fails.
  Run run(const Command& command, const std::string& output = "/dev/null") const;

 private:
  Fd requests_;
  pid_t child_ = 0;
};

}  // namespace mapctl::bench
