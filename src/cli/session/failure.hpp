#pragma once
// How a command fails in front of its user: what was tried, why not, what to do.

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "cli/session/exit_code.hpp"
#include "mapctl/error.hpp"

namespace mapctl::cli {

struct Failure {
  std::string code;  ///< stable, for scripts: "map_full"
  Exit exit = Exit::internal;
  std::string message;
  std::string why{};
  std::vector<std::string> fix{};
};

/// Thrown where only the tool, not the library, knows what went wrong.
class Failed : public std::exception {
 public:
  explicit Failed(Failure failure) : failure_(std::move(failure)) {}
  const Failure& failure() const noexcept { return failure_; }
  const char* what() const noexcept override { return failure_.message.c_str(); }

 private:
  Failure failure_;
};

/// A wrong call of the tool.
Failed usage_error(std::string message, std::vector<std::string> fix = {});

Failure explain(const Error& error);

/// The failure that the exception being handled is to the user. To be called in a catch block.
/// Where the reader of our output went away, the failure has no message.
Failure current_failure();

/// A text in a file of input that does not fit. The place is "rules.txt:17".
Failed bad_data(const std::string& place, const BadInput& error);

/// Runs a kernel operation. Its failure is reported with the attempt that `attempt` returns
/// ("put 10.0.0.0/8 into filter_map") in place of the general one of the library.
template <typename Attempt, typename Operation>
auto attempting(Attempt&& attempt, Operation&& operation) {
  try {
    return operation();
  } catch (Error& error) {
    error.enrich({.attempt = attempt()});
    throw;
  }
}

/// Reads from a file. A text that does not fit is bad data, at the place that `place` returns, and
/// not a wrong call.
template <typename Place, typename Step>
auto reading(Place&& place, Step&& step) {
  try {
    return step();
  } catch (const BadInput& error) {
    throw bad_data(place(), error);
  }
}

/// Does the step for each of the things in turn. A failure says how many were done before.
template <typename Things, typename Step>
void step_by_step(const Things& things, Step&& step) {
  std::size_t done = 0;
  try {
    for (const auto& thing : things) {
      step(thing);
      ++done;
    }
  } catch (Error& error) {
    error.enrich({.done = done});
    throw;
  }
}

}  // namespace mapctl::cli
