// The only place that turns a failure into a message and an exit code.

#include <fcntl.h>

#include "cli/call/arguments.hpp"
#include "cli/call/grammar.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

namespace {

/// If a standard descriptor is closed, the next open() gets its number, and our output would end up
/// in that file. The descriptor is opened for the wrong direction, so that its use still fails.
void occupy_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

Exit run_and_report(const std::vector<std::string>& arguments) {
  set_messages_as_json(wants_json(arguments));
  try {
    return run(arguments);
  } catch (...) {
    const Failure failure = current_failure();
    report(failure);
    return failure.exit;
  }
}

}  // namespace

}  // namespace mapctl::cli

int main(int argc, char** argv) {
  mapctl::cli::occupy_standard_descriptors();
  return static_cast<int>(mapctl::cli::run_and_report({argv + 1, argv + argc}));
}
