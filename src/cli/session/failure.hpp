#pragma once
// A failure as the user sees it: what was attempted, the reason, and possible fixes.

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "cli/session/exit_code.hpp"
#include "mapctl/error.hpp"

namespace mapctl::cli {

struct Failure {
  std::string code;  ///< stable for scripts: "map_full"
  Exit exit = Exit::internal;
  std::string message;
  std::string why{};
  std::vector<std::string> fix{};
};

/// Thrown if only the tool, not the library, knows the error.
class Failed : public std::exception {
 public:
  explicit Failed(Failure failure) : failure_(std::move(failure)) {}
  const Failure& failure() const noexcept { return failure_; }
  const char* what() const noexcept override { return failure_.message.c_str(); }

 private:
  Failure failure_;
};

/// The library's remedies as suggestions: each text, and the command or option for it.
std::vector<std::string> advice(const std::vector<Remedy>& remedies);

/// The commands that copy a map into a new one with that many entries.
std::string larger_map(const std::string& map, std::uint64_t entries);

/// Returns the failure for a wrong call of the tool.
Failed usage_error(std::string message, std::vector<std::string> fix = {});

Failure explain(const Error& error);

/// Call it in a catch block: returns the failure for the exception being handled. If the reader of
/// our output is gone, the failure has no message.
Failure current_failure();

/// Returns the failure for a wrong text in an input file. `place`: "rules.txt:17".
Failed bad_data(const std::string& place, const BadInput& error);

/// Runs a kernel operation. Its failure reports the text that `attempt` returns ("put 10.0.0.0/8
/// into filter_map") in place of the library's general one.
template <typename Attempt, typename Operation>
auto attempting(Attempt&& attempt, Operation&& operation) {
  try {
    return operation();
  } catch (Error& error) {
    error.enrich({.attempt = attempt()});
    throw;
  }
}

/// Runs a step that reads a file: a wrong text is bad data at `place`, not a wrong call.
template <typename Place, typename Step>
auto reading(Place&& place, Step&& step) {
  try {
    return step();
  } catch (const BadInput& error) {
    throw bad_data(place(), error);
  }
}

/// Runs the step for each of the things. A failure reports how many were done before it.
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
