#pragma once
// Reads the one grammar that plain form and JSON share, token by token.

#include <string>
#include <string_view>
#include <utility>

#include "mapctl/error.hpp"
#include "mapctl/text/left_out.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl {

/// The part of a key or value that is being read: `rules[2].port`. It is a
/// chain on the stack, empty at the top.
struct ValuePath {
  const ValuePath* parent = nullptr;
  std::string_view name{};  ///< of a member; empty for an element or the top
  std::size_t index = 0;

  std::string text() const;
};

inline bool is_top(const ValuePath& place) { return place.parent == nullptr; }

/// While it lives, refusals in this thread have no message: of millions of wrong texts only a few
/// are shown.
class Unexplained {
 public:
  explicit Unexplained(bool is_on = true) : before_(std::exchange(is_on_, is_on)) {}
  Unexplained(const Unexplained&) = delete;
  Unexplained& operator=(const Unexplained&) = delete;
  ~Unexplained() { is_on_ = before_; }

  static bool is_on() noexcept { return is_on_; }

 private:
  static inline thread_local bool is_on_ = false;
  bool before_;
};

/// Throws BadInput; the message begins with the place unless it is the top.
[[noreturn]] void refuse(const ValuePath& place, const std::string& message,
                         std::vector<Remedy> fix = {});

/// One scalar of the text; valid until the next one is read.
struct Token {
  std::string_view text;
  bool quoted = false;
};

/// Reads a text from its front. White space before each part does not count.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  /// Skips white space and returns the next character, NUL at the end.
  char peek() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char c);
  bool at_end();
  /// The text that is left.
  std::string_view rest();
  /// "before 'x'" or "at the end", for messages.
  std::string where();

 protected:
  std::string_view text_;
  std::size_t at_ = 0;
};

class TextCursor : public Cursor {
 public:
  explicit TextCursor(std::string_view text, LeftOut left_out = LeftOut::zero)
      : Cursor(text), left_out_(left_out) {}

  LeftOut left_out() const noexcept { return left_out_; }

  /// Reads a JSON string, unescaped; otherwise the text up to `,`, `}` or `]` (at the top: up to
  /// the end), trimmed.
  Token token(const ValuePath& place);

  /// A member's name and the `=` or `:` after it.
  std::string_view name(const ValuePath& place);

  /// Marks the text after this as inside a struct or an array.
  void enter() { ++depth_; }
  void leave() { --depth_; }
  bool nested() const noexcept { return depth_ > 0; }

  /// Refuses any text that is left.
  void finish(const ValuePath& place);

 private:
  std::string_view quoted(const ValuePath& place);

  LeftOut left_out_;
  unsigned depth_ = 0;
  std::string unescaped_;
};

/// The length of the JSON string that text begins with, quotes included; npos if it does not end.
std::size_t quoted_length(std::string_view text);

/// Counts the elements of the array whose `[` was just read.
std::size_t count_elements(std::string_view after_bracket);

/// An excerpt of the text in quotes.
std::string quote(std::string_view text);

}  // namespace mapctl
