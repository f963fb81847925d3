#pragma once
// Runs the real binary as its users do: a line of shell in, output and exit code out.

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

std::ostream& operator<<(std::ostream& os, const Outcome& outcome);

}  // namespace mapctl::test
