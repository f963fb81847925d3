#pragma once
// Makes everything that goes to stderr: failures, notes, prompts, and the progress line. Nothing
// else writes there, so that no name can control the terminal.

#include <string>
#include <string_view>

#include "cli/session/failure.hpp"

namespace mapctl::cli {

/// Selects text for people, the default, or one line of JSON for each message.
void set_messages_as_json(bool as_json);

/// While it lives, messages refer to that line of a file, whose name must outlive it.
class MessageLine {
 public:
  MessageLine(std::string_view file, std::size_t line);
  MessageLine(const MessageLine&) = delete;
  MessageLine& operator=(const MessageLine&) = delete;
  ~MessageLine();

 private:
  std::string_view outer_file_;
  std::size_t outer_line_;
};

/// While it lives, there are no notes and no progress, if it is on.
class Quiet {
 public:
  explicit Quiet(bool is_on);
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet();

 private:
  bool before_;
};

/// Writes the failure to stderr. Returns its exit code.
Exit report(const Failure& failure);

/// Writes a remark to stderr that does not change the result.
void note(const std::string& text);

/// Returns the text of a prompt, safe to show: "mapctl: TEXT ", or the line of a note in JSON.
std::string question_line(const std::string& text);

/// Shows the progress line in place of the last one. There is one for the whole terminal.
void show_progress(const std::string& line);

/// Erases the progress line before other output is written. Messages do so themselves.
void erase_progress();

}  // namespace mapctl::cli
