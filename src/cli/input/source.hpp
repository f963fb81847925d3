#pragma once
// Reads a file of input in blocks.

#include <optional>
#include <string>
#include <string_view>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// A file, or standard input for "-". Only a few blocks are in memory, so memory does not grow with
/// the file.
class Source {
 public:
  /// Throws Failed if the file cannot be read. etcd://HOST/PREFIX is fetched first.
  explicit Source(const std::string& path);
  /// Reads an open file; its name is only for messages.
  Source(std::string name, Fd file);

  /// The name in messages.
  const std::string& name() const noexcept { return name_; }

  /// The text in memory that is not consumed yet.
  std::string_view rest() const noexcept { return std::string_view{buffer_}.substr(at_); }
  /// Appends more of the file to rest(); returns false at its end.
  bool read_more();
  void consume(std::size_t bytes);
  /// The line on which rest() begins, from 1.
  std::size_t line() const noexcept { return line_; }

  /// Removes the next line from rest() and returns it without its newline, "\n" or "\r\n"; nothing
  /// at the end of the file. Valid until the next call.
  std::optional<std::string_view> next_line();
  /// The same, but only "\n" is a newline.
  std::optional<std::string_view> next_raw_line();

 private:
  void skip_byte_order_mark();

  std::string name_;
  Fd file_;  ///< empty for standard input
  std::string buffer_;
  std::size_t at_ = 0;  ///< index in buffer_ where rest() begins
  std::size_t line_ = 1;
  bool ended_ = false;
};

}  // namespace mapctl::cli
