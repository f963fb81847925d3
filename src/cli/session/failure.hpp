#pragma once
// How a command fails in front of its user: what was tried, why not, what to do.

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
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

/// What the exception that is being handled means to the user; call it in a
/// catch block. A reader of our output that went away has no message.
Failure current_failure();

/// The commands that make a copy of a map with room for so many entries.
std::string larger_map(const std::string& map, std::uint64_t entries);

/// What does not fit in a file of input, at "rules.txt:17".
Failed bad_data(const std::string& place, const BadInput& error);

/// Whether what goes to stderr is for people, as at first, or one line of JSON each.
void set_messages_as_json(bool as_json);

/// While it lives, messages are about that line of a file.
class MessageLine {
 public:
  MessageLine(std::string file, std::size_t line);
  MessageLine(const MessageLine&) = delete;
  MessageLine& operator=(const MessageLine&) = delete;
  ~MessageLine();

 private:
  std::string outer_file_;
  std::size_t outer_line_;
};

/// Writes the failure to stderr.
void report(const Failure& failure);

/// A remark on stderr that changes nothing about the result.
void note(const std::string& text);

/// What note() writes.
std::string note_line(const std::string& text);

/// Runs a kernel operation; a failure is told as one of what `attempt` returns
/// ("put 10.0.0.0/8 into filter_map") instead of in the library's general words.
template <typename Attempt, typename Operation>
auto attempting(Attempt&& attempt, Operation&& operation) {
  try {
    return operation();
  } catch (const Error& error) {
    throw error.with_attempt(attempt());
  }
}

/// Reads from a file: what does not fit is bad data, at the place that `place` returns, and not a
/// wrong call.
template <typename Place, typename Step>
auto reading(Place&& place, Step&& step) {
  try {
    return step();
  } catch (const BadInput& error) {
    throw bad_data(place(), error);
  }
}

/// Does the step for each of the things in turn; a failure says how many were done before.
template <typename Things, typename Step>
void step_by_step(const Things& things, Step&& step) {
  std::size_t done = 0;
  try {
    for (const auto& thing : things) {
      step(thing);
      ++done;
    }
  } catch (const Error& error) {
    throw error.with_done(done);
  }
}

}  // namespace mapctl::cli
