#pragma once
// Splits JSON into members and elements without building a tree.

#include <optional>
#include <string_view>

namespace mapctl::cli {

/// Walks along the outermost object or array of a text. Inside a value, only quotes and brackets
/// are examined.
class JsonScan {
 public:
  explicit JsonScan(std::string_view text) : text_(text) {}

  /// The next character that is not white space; NUL at the end.
  char peek();
  bool take(char c);
  /// Reads a whole value as written: a number, a string with its quotes, an object, an array. Empty
  /// if there is none or if it is incomplete.
  std::string_view value();
  /// Reads a member's name and the colon after it; nothing if there is none.
  std::optional<std::string_view> name();
  std::string_view rest();
  std::size_t position() const noexcept { return at_; }

 private:
  std::string_view string();
  std::string_view nested();
  std::string_view scalar();

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace mapctl::cli
