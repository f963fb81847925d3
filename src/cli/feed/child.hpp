#pragma once
// A program that runs beside mapctl and is read line by line.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// Reads lines from a descriptor that it makes non-blocking.
class LineReader {
 public:
  LineReader() = default;
  explicit LineReader(Fd fd);

  /// The next line, without the newline; nothing yet, or at the end. Valid until the next call.
  std::optional<std::string_view> next();
  bool has_ended() const noexcept { return !fd_; }
  /// Negative after the end.
  int fd() const { return fd_ ? fd_.get() : -1; }

 private:
  /// Returns false if there is nothing to read now.
  bool read_more();

  Fd fd_{};
  std::string buffer_;
  std::size_t at_ = 0;        ///< index in buffer_ where the next line begins
  std::size_t searched_ = 0;  ///< no newline before this index
};

/// It and what it started end with the object, and it ends with mapctl however that ends.
class Child {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;  ///< added to our own

  /// Throws Failed if the program cannot be started.
  Child(const std::vector<std::string>& words, const Environment& environment);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// The next line of its output, without the newline; nothing yet, or at the end. Valid until the
  /// next call. Waits that long at most.
  std::optional<std::string_view> next_line(std::chrono::milliseconds patience);
  bool has_ended() const noexcept { return out_.has_ended(); }
  /// Its output or its messages can be read.
  std::vector<int> readable() const;

  /// Writes to its standard input; an end of the program shows in next_line().
  void write(std::string_view text);
  /// Waits for its end, and returns its exit status, or 128 plus the number of the signal.
  int status();
  /// The last line that it wrote to standard error.
  const std::string& last_message() const noexcept { return message_; }

 private:
  void read_messages();

  Fd in_;
  LineReader out_;
  LineReader err_;
  pid_t pid_ = -1;
  std::string message_;
};

}  // namespace mapctl::cli
