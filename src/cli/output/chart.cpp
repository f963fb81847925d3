// chart: numbers of a column as bars, or arrays of counters as histograms, for people.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "cli/output/cells.hpp"
#include "cli/output/text_width.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

constexpr std::size_t gap = 2;  ///< between two columns

/// The largest that a bar can be compared with; 0 if there is none.
double largest_of(const std::vector<double>& numbers) {
  double largest = 0;
  for (const double number : numbers)
    if (std::isfinite(number)) largest = std::max(largest, number);
  return largest;
}

std::vector<double> numbers_of(std::string_view array) {
  std::vector<double> numbers;
  const char* const end = array.data() + array.size();
  for (const char* at = array.data(); at != end;) {
    double number = 0;
    const auto read = std::from_chars(at, end, number);
    if (read.ec == std::errc{}) numbers.push_back(number);
    at = read.ec == std::errc{} ? read.ptr : at + 1;
  }
  return numbers;
}

/// "8 to 15": the numbers whose base-2 logarithm, rounded down, is the index; the first has 0, too.
std::string range_of(std::size_t index) {
  if (index == 0) return "0 to 1";
  if (index > 62) return fmt::format("from 2^{}", index);
  const std::uint64_t first = std::uint64_t{1} << index;
  return fmt::format("{} to {}", first, 2 * first - 1);
}

/// Whether the terminal shows more than ASCII.
bool shows_blocks() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

/// A bar for a part of `largest`, at most `width` characters wide. What is more than 0 has a bar.
std::string chart_bar(double value, double largest, std::size_t width) {
  if (!(value > 0) || !(largest > 0) || width == 0) return {};
  constexpr std::string_view eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double length = std::min(value / largest, 1.0) * static_cast<double>(width);
  auto whole = static_cast<std::size_t>(length);
  std::string bar;
  if (!shows_blocks()) return bar.append(std::max<std::size_t>(whole, 1), '#'), bar;
  auto part = static_cast<std::size_t>((length - static_cast<double>(whole)) * 8);
  if (whole == 0 && part == 0) part = 1;
  for (; whole > 0; --whole) bar += "█";
  return bar += eighths[part];
}

/// Lines of ranges, counts and bars for an array like "[0,3,1]" that counts numbers by their base-2
/// logarithm, from the first that was counted to the last.
std::vector<std::string> histogram(std::string_view array, std::size_t width) {
  const std::vector<double> counts = numbers_of(array);
  const auto is_used = [](double count) { return count != 0; };
  const auto first = std::ranges::find_if(counts, is_used);
  if (first == counts.end()) return {"  nothing was counted"};
  const auto last = std::find_if(counts.rbegin(), counts.rend(), is_used).base();
  const double largest = largest_of(counts);
  std::size_t range_width = 0;
  std::size_t count_width = 0;
  for (auto count = first; count != last; ++count) {
    const auto index = static_cast<std::size_t>(count - counts.begin());
    range_width = std::max(range_width, range_of(index).size());
    count_width = std::max(count_width, fmt::format("{:.0f}", *count).size());
  }
  const std::size_t used = 3 * gap + range_width + count_width;
  const std::size_t bars = width > used ? width - used : 0;
  std::vector<std::string> lines;
  for (auto count = first; count != last; ++count)
    lines.push_back(fmt::format(
        "  {:>{}}  {:>{}.0f}  {}", range_of(static_cast<std::size_t>(count - counts.begin())),
        range_width, *count, count_width, chart_bar(*count, largest, bars)));
  for (std::string& line : lines) line.erase(line.find_last_not_of(' ') + 1);
  return lines;
}

/// Prints the columns of the key and the charted one. A chart is scaled to its largest number, so
/// all rows are held until the end.
class ChartOutput final : public CellOutput {
 public:
  explicit ChartOutput(Stream& stream)
      : CellOutput(stream), width_(stream.terminal_width().value_or(80)) {}

  void begin(Document document, std::vector<Column> columns) override {
    CellOutput::begin(document, std::move(columns));
    charted_ = static_cast<std::size_t>(
        std::ranges::find(this->columns(), true, &Column::is_charted) - this->columns().begin());
  }

  void end() override {
    const bool has_arrays = std::ranges::any_of(
        rows_, [&](const CellRow& row) { return row[charted_].text.starts_with('['); });
    has_arrays ? print_histograms() : print_bars();
  }

  bool holds_rows() const override { return true; }

 private:
  void row(CellRow& row) override {
    for (Cell& cell : row) cell.text = printable(cell.text);
    rows_.push_back(std::move(row));
  }

  /// The columns beside the bars: those of the key, of a CPU, and the numbers.
  bool is_beside(std::size_t i) const { return i == charted_ || columns()[i].member != "value"; }

  void print_bars() {
    std::vector<std::size_t> widths;
    std::size_t used = 0;
    std::vector<double> values;
    for (std::size_t i = 0; i < columns().size(); ++i) {
      widths.push_back(width_of(columns()[i].title));
      for (const CellRow& row : rows_) widths[i] = std::max(widths[i], width_of(row[i].text));
      if (is_beside(i)) used += widths[i] + gap;
    }
    for (const CellRow& row : rows_) values.push_back(value_of(row[charted_].text));
    const double largest = largest_of(values);
    const auto place = [&](std::size_t i, std::string_view text) {
      const std::string padding(widths[i] - width_of(text), ' ');
      if (!is_beside(i)) return;
      out_ += i == charted_ ? padding : std::string{};
      out_ += text;
      out_ += i == charted_ ? std::string{} : padding;
      out_.append(gap, ' ');
    };
    for (std::size_t i = 0; i < columns().size(); ++i) place(i, columns()[i].title);
    finish_line();
    for (const CellRow& row : rows_) {
      for (std::size_t i = 0; i < columns().size(); ++i) place(i, row[i].text);
      out_ += chart_bar(value_of(row[charted_].text), largest, width_beside(used));
      finish_line();
    }
  }

  /// Without spaces at its end.
  void finish_line() {
    out_.erase(out_.find_last_not_of(' ') + 1);
    end_line();
  }

  void print_histograms() {
    for (const CellRow& row : rows_) {
      if (&row != &rows_.front()) end_line();
      std::string_view between;
      for (std::size_t i = 0; i < columns().size(); ++i) {
        if (i == charted_) continue;
        out_ += std::exchange(between, "  ");
        fmt::format_to(std::back_inserter(out_), "{} {}", columns()[i].title, row[i].text);
      }
      end_line();
      for (const std::string& line : histogram(row[charted_].text, width_)) {
        out_ += line;
        end_line();
      }
    }
  }

  std::size_t width_beside(std::size_t used) const { return width_ > used ? width_ - used : 0; }

  /// 0 for what is no number.
  static double value_of(const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  const std::size_t width_;
  std::size_t charted_ = 0;
  std::vector<CellRow> rows_;
};

}  // namespace

std::unique_ptr<Output> make_chart(Stream& stream) { return std::make_unique<ChartOutput>(stream); }

}  // namespace mapctl::cli
