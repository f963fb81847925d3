#pragma once
// Everything that the tool writes to stderr: failures, notes, and the line of progress.

#include <string>

#include "cli/session/failure.hpp"

namespace mapctl::cli {

/// Chooses between text for people, which is the default, and one line of JSON for each message.
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

/// The line that note() writes.
std::string note_line(const std::string& text);

/// Shows the line of progress in place of the one before. The terminal has one for all.
void show_progress(const std::string& line);

/// Erases the line of progress before other output is written. Messages do so themselves.
void erase_progress();

}  // namespace mapctl::cli
