#pragma once
// A file of input, read in blocks.

#include <optional>
#include <string>
#include <string_view>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// A file, or standard input for "-". Holds a few blocks of it at a time, so that
/// memory does not grow with the file.
class Source {
 public:
  /// Throws Failed where the file cannot be read.
  explicit Source(const std::string& path);

  /// What messages call it.
  const std::string& name() const noexcept { return name_; }

  /// What is in memory and not consumed yet.
  std::string_view rest() const noexcept { return std::string_view{buffer_}.substr(at_); }
  /// Puts more of the file behind rest(); false at its end.
  bool read_more();
  void consume(std::size_t bytes);
  /// On which line rest() begins, from 1.
  std::size_t line() const noexcept { return line_; }

  /// Takes the next line out of rest(), without its end; nothing at the end of the
  /// file. Valid until the next call.
  std::optional<std::string_view> next_line();

 private:
  std::string name_;
  Fd file_;  ///< none for standard input
  std::string buffer_;
  std::size_t at_ = 0;  ///< in buffer_, where rest() begins
  std::size_t line_ = 1;
  bool ended_ = false;
};

}  // namespace mapctl::cli
