#include "cli/watch/live_view.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "cli/output/text_width.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"

namespace mapctl::cli {

namespace {

constexpr std::string_view help[] = {
    "q            quit",
    "s            sort by the next column, the largest first; in the end, in no order",
    "r            reverse the order",
    "/            filter as --where does: packets > 100; empty: all; Esc: as before",
    "c            only what changed since the last look, or everything",
    "space        pause, or go on",
    "up, down     scroll by a line; PgUp and PgDn by a page, Home and End to the ends",
    "left, right  scroll by a column",
    "?            this help, or back",
    "",
    "+ added, - removed, ~ changed since the last look",
    "+12/s beside a number: how much it grows in a second"};

constexpr std::string_view keys_line =
    "? help  q quit  s sort  / filter  space pause  r reverse  c changes";

Style row_style(Change change) {
  if (change == Change::added) return Style::added;
  return change == Change::removed ? Style::removed : Style::plain;
}

std::string_view sign(Change change) {
  constexpr std::array<std::string_view, 4> signs{"  ", "+ ", "~ ", "- "};
  return signs[static_cast<std::size_t>(change)];
}

/// A longer text would push the other columns off the screen.
std::string excerpt_for_cell(std::string_view text) {
  constexpr std::size_t most = 48;
  std::string shown = printable(text);
  if (width_of(shown) > most) shown = fmt::format("{}…", beginning(shown, most - 1));
  return shown;
}

}  // namespace

std::string rate_text(double rate) {
  constexpr std::array units{"", "k", "M", "G", "T", "P", "E"};
  std::size_t unit = 0;
  for (; std::abs(rate) >= 9999.5 && unit + 1 < units.size(); ++unit) rate /= 1000;
  const int digits = std::abs(rate) < 99.95 && (unit > 0 || rate != std::round(rate)) ? 1 : 0;
  return fmt::format("{:+.{}f}{}/s", rate, digits, units[unit]);
}

LiveView::LiveView(LiveTable& table, Selection selection) : table_(table) {
  table.check(selection);
  choice_.selection = std::move(selection);
}

std::vector<ScreenLine> LiveView::lines(Screen::Size size, const std::string& time) {
  std::vector<ScreenLine> lines;
  lines.push_back(title_line(size.columns, time));
  if (shows_help_) {
    lines.emplace_back();
    for (const std::string_view line : help) lines.emplace_back().add(line);
    return lines;
  }
  const std::vector<std::string> summary = table_.summary();
  const std::size_t around = summary.size() + 3;  // title, header and the last line
  page_ = size.rows > around ? size.rows - around : 1;
  const std::vector<LiveRow> rows = read_rows(page_);
  measure(rows);
  for (const std::string& line : summary) lines.emplace_back().add(line);
  lines.push_back(header(size.columns));
  for (const LiveRow& row : rows) lines.push_back(row_line(row));
  lines.resize(std::max<std::size_t>(size.rows, 1) - 1);
  lines.push_back(last_line(size.columns));
  return lines;
}

/// Scrolls back if the table has become shorter.
std::vector<LiveRow> LiveView::read_rows(std::size_t most) {
  choice_.most = most + 1;  // one more tells whether there are more
  std::vector<LiveRow> rows = table_.rows(choice_);
  if (rows.size() < most && choice_.first > 0) {
    to_end();
    rows = table_.rows(choice_);
  }
  is_at_end_ = rows.size() <= most;
  if (!is_at_end_) rows.resize(most);
  for (LiveRow& row : rows)
    for (LiveCell& cell : row.cells) cell.text = excerpt_for_cell(cell.text);
  return rows;
}

void LiveView::to_end() {
  const std::size_t count = table_.count(choice_);
  choice_.first = count - std::min(count, page_);
}

/// Columns only grow, so that the table does not jump with each look.
void LiveView::measure(const std::vector<LiveRow>& rows) {
  const std::vector<std::string> titles = table_.columns();
  placed_.resize(titles.size());
  for (std::size_t i = 0; i < titles.size(); ++i) {
    Placed& column = placed_[i];
    column.width = std::max(column.width, width_of(titles[i]));
    column.is_number = !rows.empty();
    for (const LiveRow& row : rows) {
      const LiveCell& cell = row.cells[i];
      column.width = std::max(column.width, width_of(cell.text));
      column.is_number = column.is_number && (cell.is_number || cell.text.empty());
      if (cell.rate) column.rate = std::max(column.rate, rate_text(*cell.rate).size());
    }
  }
}

ScreenLine LiveView::title_line(std::size_t width, const std::string& time) const {
  ScreenLine line;
  line.add(table_.title(), Style::bold);
  const std::string right = fmt::format("  {}{}", is_paused_ ? "paused  " : "", time);
  if (line.width() + right.size() <= width)
    line.fill_to(width - right.size()).add(right, Style::bold);
  return line;
}

ScreenLine LiveView::header(std::size_t width) const {
  const std::vector<std::string> titles = table_.columns();
  ScreenLine line;
  line.add("  ", Style::reverse);
  for (std::size_t i = 0; i < titles.size(); ++i)
    if (is_shown(i)) place(line, i, {.text = titles[i]}, Style::reverse);
  line.fill_to(width, Style::reverse);
  return line;
}

ScreenLine LiveView::row_line(const LiveRow& row) const {
  const Style style = row_style(row.change);
  ScreenLine line;
  line.add(sign(row.change), row.change == Change::changed ? Style::changed : style);
  for (std::size_t i = 0; i < row.cells.size(); ++i)
    if (is_shown(i)) place(line, i, row.cells[i], row.cells[i].is_changed ? Style::changed : style);
  return line;
}

void LiveView::place(ScreenLine& line, std::size_t column, const LiveCell& cell,
                     Style style) const {
  const Placed& placed = placed_[column];
  const Style padding = style == Style::reverse ? Style::reverse : Style::plain;
  const std::size_t end = line.width() + placed.width;
  if (placed.is_number) line.fill_to(end - width_of(cell.text), padding);
  line.add(cell.text, style).fill_to(end, padding);
  const std::size_t rate_end = end + (placed.rate > 0 ? placed.rate + 1 : 0);
  if (cell.rate) {
    const std::string rate = rate_text(*cell.rate);
    line.fill_to(rate_end - rate.size()).add(rate, Style::dim);
  }
  line.fill_to(rate_end + 2, padding);
}

ScreenLine LiveView::last_line(std::size_t width) const {
  ScreenLine line;
  if (typed_) {
    std::string_view prompt = *typed_;
    while (!prompt.empty() && width_of(prompt) + 9 >= width)
      prompt.remove_prefix(first_character(prompt).bytes.size());
    return line.add(fmt::format("filter: {}", prompt), Style::bold).add(" ", Style::reverse), line;
  }
  if (!message_.empty()) return line.add(message_, Style::changed), line;
  const Selection& selection = choice_.selection;
  std::string text;
  if (!selection.sort.empty()) text += fmt::format("sorted by {}  ", selection.sort);
  for (const std::string& where : selection.where) text += fmt::format("only {}  ", where);
  if (choice_.only_changes) text += "only changes  ";
  if (choice_.first > 0) text += fmt::format("from row {}  ", choice_.first + 1);
  line.add(text, Style::bold).add(keys_line, Style::dim);
  return line;
}

void LiveView::take(const KeyPress& press) {
  if (press.key == Key::none) return;
  message_.clear();
  if (press.key == Key::hang_up) is_over_ = true;
  if (typed_) return type(press);
  if (shows_help_ && press.text != "q") return void(shows_help_ = false);
  switch (press.key) {
    case Key::text:
      return command(press.text);
    case Key::up:
      return scroll(0, 1);
    case Key::down:
      return scroll(1, 0);
    case Key::page_up:
      return scroll(0, page_);
    case Key::page_down:
      return scroll(page_, 0);
    case Key::home:
      return scroll(0, choice_.first);
    case Key::end:
      return to_end();
    case Key::left:
      left_out_ -= left_out_ > 0 ? 1 : 0;
      return;
    case Key::right:
      left_out_ += left_out_ + 2 < placed_.size() ? 1 : 0;
      return;
    case Key::none:
    case Key::enter:
    case Key::escape:
    case Key::backspace:
    case Key::hang_up:
      return;
  }
}

void LiveView::command(std::string_view character) {
  switch (character.front()) {
    case 'q':
    case 'Q':
      is_over_ = true;
      return;
    case 's':
      return sort_by_next();
    case 'r':
      return reverse();
    case '/':
      typed_ = "";
      return;
    case 'c':
      choice_.only_changes = !choice_.only_changes;
      choice_.first = 0;
      return;
    case ' ':
      is_paused_ = !is_paused_;
      return;
    case '?':
    case 'h':
      shows_help_ = true;
      return;
    default:
      message_ = "no such key: ? shows all";
  }
}

void LiveView::type(const KeyPress& press) {
  if (press.key == Key::text) typed_->append(press.text);
  if (press.key == Key::backspace && !typed_->empty()) {
    do typed_->pop_back();
    while (!is_utf8(*typed_));
  }
  if (press.key == Key::escape) typed_.reset();
  if (press.key == Key::enter) filter(*std::exchange(typed_, std::nullopt));
}

void LiveView::filter(const std::string& text) {
  Selection selection = choice_.selection;
  selection.where.clear();
  if (text.find_first_not_of(' ') != text.npos) selection.where.push_back(text);
  try {
    table_.check(selection);
  } catch (const BadInput& error) {
    message_ = error.what();
    return;
  }
  choice_.selection = std::move(selection);
  choice_.first = 0;
}

bool LiveView::fits(const Selection& selection) const try {
  table_.check(selection);
  return true;
} catch (const BadInput&) {
  return false;
}

/// Behind the last column, there is no order.
void LiveView::sort_by_next() {
  const std::vector<std::string> titles = table_.columns();
  std::string& sort = choice_.selection.sort;
  const std::string_view now = std::string_view{sort}.substr(sort.starts_with('-') ? 1 : 0);
  auto next = sort.empty() ? titles.begin() : std::ranges::find(titles, now);
  if (!sort.empty() && next != titles.end()) ++next;
  Selection selection = choice_.selection;
  for (; next != titles.end(); ++next) {
    selection.sort = "-" + *next;
    if (fits(selection)) break;
  }
  sort = next == titles.end() ? "" : selection.sort;
}

void LiveView::reverse() {
  std::string& sort = choice_.selection.sort;
  if (sort.empty())
    message_ = "there is no order to reverse: s sorts";
  else if (sort.starts_with('-'))
    sort.erase(0, 1);
  else
    sort.insert(0, "-");
}

void LiveView::scroll(std::size_t down, std::size_t up) {
  if (down == 0 || !is_at_end_) choice_.first += down;
  choice_.first -= std::min(choice_.first, up);
}

}  // namespace mapctl::cli
