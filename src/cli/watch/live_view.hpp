#pragma once
// Lays out a live table for a screen, and does what the keys say.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cli/watch/live_table.hpp"
#include "cli/watch/screen.hpp"

namespace mapctl::cli {

class LiveView {
 public:
  /// The table must outlive it. Throws BadInput if the selection does not fit it.
  LiveView(LiveTable& table, Selection selection);

  bool is_paused() const noexcept { return is_paused_; }
  bool is_over() const noexcept { return is_over_; }

  /// `time`: "12:00:01".
  std::vector<ScreenLine> lines(Screen::Size size, const std::string& time);
  void take(const KeyPress& press);

 private:
  struct Placed {
    std::size_t width = 0;
    std::size_t rate = 0;  ///< the width of the rates beside it; 0: there are none
    bool is_number = true;
  };

  void command(std::string_view character);
  void type(const KeyPress& press);
  void filter(const std::string& text);
  void sort_by_next();
  void reverse();
  void scroll(std::size_t down, std::size_t up);
  void to_end();
  bool fits(const Selection& selection) const;
  std::vector<LiveRow> read_rows(std::size_t most);
  void measure(const std::vector<LiveRow>& rows);
  ScreenLine title_line(std::size_t width, const std::string& time) const;
  ScreenLine header(std::size_t width) const;
  ScreenLine row_line(const LiveRow& row) const;
  ScreenLine last_line(std::size_t width) const;
  void place(ScreenLine& line, std::size_t column, const LiveCell& cell, Style style) const;
  bool is_shown(std::size_t column) const { return column == 0 || column > left_out_; }

  LiveTable& table_;
  LiveChoice choice_;
  std::size_t page_ = 1;  ///< the number of rows on the screen
  bool is_at_end_ = false;
  std::size_t left_out_ = 0;  ///< so many columns behind the first
  std::vector<Placed> placed_;
  std::optional<std::string> typed_{};  ///< while a filter is typed
  std::string message_;
  bool is_paused_ = false;
  bool is_over_ = false;
  bool shows_help_ = false;
};

/// `1.5k`, for a cell.
std::string rate_text(double rate);

}  // namespace mapctl::cli
