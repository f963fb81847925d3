#pragma once
// Splits JSON into members and elements without building a tree.

#include <cstddef>
#include <optional>
#include <string_view>

#include "text/literal/text_cursor.hpp"

namespace mapctl::cli {

/// Finds where a value ends of which more and more is known: each call goes on where the last one
/// stopped, so that a value of many blocks takes time in proportion to its size.
class JsonEnd {
 public:
  /// The size of the value that the text begins with; nothing if the text may end before it.
  std::optional<std::size_t> find(std::string_view text);

 private:
  void step(char c);
  void skip_string(std::string_view text);

  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
};

/// Walks along the outermost object or array of a text. Inside a value, only quotes and brackets
/// are examined.
class JsonScan : public Cursor {
 public:
  using Cursor::Cursor;

  /// Reads a whole value as written: a number, a string with its quotes, an object, an array. Empty
  /// if there is none or if it is incomplete.
  std::string_view value();
  /// Reads a member's name and the colon after it; nothing if there is none.
  std::optional<std::string_view> name();
  std::size_t position() const noexcept { return at_; }
};

}  // namespace mapctl::cli
