#pragma once
// JSON taken apart without a tree: where its members and elements are.

#include <optional>
#include <string_view>

namespace mapctl::cli {

/// Walks along the outermost object or array of a text. What is inside a value is not
/// looked at but for its quotes and brackets.
class JsonScan {
 public:
  explicit JsonScan(std::string_view text) : text_(text) {}

  /// The next character that is no white space; NUL at the end.
  char peek();
  bool take(char c);
  /// A whole value as it stands: a number, a string with its quotes, an object, an array.
  /// Empty where there is none, or not all of it.
  std::string_view value();
  /// A member's name, and the colon after it; nothing where there is none.
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
