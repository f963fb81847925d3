// The one place that turns a failure into words and an exit code.

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <exception>

#include "failure.hpp"
#include "grammar.hpp"
#include "output/stream.hpp"

namespace mapctl::cli {

namespace {

/// A closed standard descriptor would be the next one that open() gives, and
/// our output would end up in it. Occupied the wrong way round, it stays an error.
void occupy_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd)
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

Failure output_failure(const OutputFailed& error) {
  return {"output",
          Exit::internal,
          fmt::format("cannot write the results: {}", std::strerror(error.error_number())),
          "what standard output got so far is incomplete",
          {"make room, or send the output somewhere else"}};
}

Exit run_and_report(const std::vector<std::string>& arguments) {
  set_messages_as_json(wants_json(arguments));
  const auto fail = [](const Failure& failure) {
    report(failure);
    return failure.exit;
  };
  try {
    return run(arguments);
  } catch (const Failed& error) {
    return fail(error.failure());
  } catch (const BadInput& error) {
    return fail(explain(error));
  } catch (const Error& error) {
    return fail(explain(error));
  } catch (const OutputFailed& error) {
    if (error.error_number() == EPIPE) return Exit::reader_gone;
    return fail(output_failure(error));
  } catch (const std::exception& error) {
    return fail(
        {"internal", Exit::internal, fmt::format("an error of mapctl itself: {}", error.what())});
  }
}

}  // namespace

}  // namespace mapctl::cli

int main(int argc, char** argv) {
  mapctl::cli::occupy_standard_descriptors();
  return static_cast<int>(mapctl::cli::run_and_report({argv + 1, argv + argc}));
}
