// The only place that turns a failure into a message and an exit code.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

#include "cli/call/arguments.hpp"
#include "cli/call/grammar.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"
#include "mapctl/error.hpp"
#include "mapctl/fd.hpp"

namespace mapctl::cli {

namespace {

/// If a standard descriptor is closed, the next open() gets its number, and our output would end up
/// in that file. The descriptor is opened for the wrong direction, so that its use still fails.
void occupy_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/// With fewer, lookups in libraries fail as if nothing were there, even in the middle of a load.
void check_free_descriptors() {
  constexpr int needed = 40;
  const Fd first(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
  const Fd last(first ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, first.get() + needed - 1) : -1);
  if (last) return;
  throw Failed({std::string{code(Cause::no_memory)},
                Exit::refused,
                fmt::format("mapctl needs {} open files, and may not have so many", needed),
                {},
                {"allow it more: ulimit -n 1024"}});
}

Exit run_and_report(const std::vector<std::string>& arguments) {
  set_messages_as_json(wants_json(arguments));
  try {
    check_free_descriptors();
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
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the file size limit fails instead
  return static_cast<int>(mapctl::cli::run_and_report({argv + 1, argv + argc}));
}
