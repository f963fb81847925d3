#pragma once
// The whole terminal as a screen: draws lines on it, reads keys, and gives it back as it was.

#include <termios.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mapctl::cli {

enum class Style { plain, bold, dim, reverse, changed, added, removed };

/// A line of the screen, in parts of different styles. Whatever is added is safe to show.
class ScreenLine {
 public:
  ScreenLine& add(std::string_view text, Style style = Style::plain);
  /// Adds spaces up to that column.
  ScreenLine& fill_to(std::size_t column, Style style = Style::plain);
  std::size_t width() const noexcept { return width_; }

  struct Part {
    std::string text;
    Style style;
  };
  std::span<const Part> parts() const noexcept { return parts_; }

 private:
  std::vector<Part> parts_;
  std::size_t width_ = 0;
};

enum class Key {
  none,  ///< none came in time, or the screen has to be drawn again
  text,
  enter,
  escape,
  backspace,
  up,
  down,
  left,
  right,
  page_up,
  page_down,
  home,
  end,
  hang_up,  ///< the terminal is gone
};

struct KeyPress {
  Key key = Key::none;
  std::string_view text{};  ///< the character of Key::text
};

/// Reads the key at the beginning of an input, and removes it; `is_all`: nothing follows soon.
KeyPress next_key(std::string_view& input, bool is_all);

/// While it lives, the terminal on standard output is a screen. However the process ends or is
/// stopped, but by SIGKILL, the terminal is as before, and after SIGCONT it is a screen again.
/// There is one at a time. Interrupts are watched: see watch_interrupts().
class Screen {
 public:
  /// Throws Failed if the terminal cannot be drawn on. `instead`: a command that needs no screen.
  explicit Screen(const std::string& instead);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  struct Size {
    std::size_t columns;
    std::size_t rows;
  };
  Size size() const;

  /// Draws these lines from the top, as much of them as the screen has place for.
  void draw(std::span<const ScreenLine> lines);

  /// Waits for a key. It also ends when the time is over, the screen has another size, or the
  /// process is interrupted or continued. The text is valid until the next call.
  KeyPress wait(std::chrono::milliseconds most);

 private:
  KeyPress take_key(bool is_all);

  bool has_colors_;
  std::string input_;  ///< what was typed
  std::string_view rest_;
};

}  // namespace mapctl::cli
