// table: aligned columns with a header, for people.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "cli/output/cells.hpp"
#include "cli/output/text_width.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

/// The first rows determine the column widths; later rows are printed at once. So memory does not
/// grow with the map, and a wider cell in a later row shifts only its own line. If these rows do
/// not fit the terminal, columns leave that may; if none is left, each row becomes lines of a name
/// and a value, of all columns.
class TableOutput final : public CellOutput {
 public:
  explicit TableOutput(Stream& stream) : CellOutput(stream), available_(stream.terminal_width()) {
    if (available_) limit_arrays(*available_ / 2);
  }

  void end() override {
    if (!flowing_) start_flow();
  }

  bool holds_rows() const override { return !flowing_; }

  void byte_count(std::uint64_t value) override { fill(human_size(value), true); }
  void percent(double value) override { fill(fmt::format("{:.0f}%", std::floor(value)), true); }

 private:
  static constexpr std::size_t rows_measured = 1000;

  void row(CellRow& row) override {
    for (Cell& cell : row) cell.text = printable(cell.text);
    if (flowing_) return print(row);
    waiting_.push_back(std::move(row));
    if (waiting_.size() == rows_measured) start_flow();
  }

  void start_flow() {
    flowing_ = true;
    if (document() == Document::answer && columns().size() == 1) return print_bare();
    measure();
    by_lines_ = document() == Document::record || !choose_columns();
    if (!by_lines_) print_header();
    for (const CellRow& row : waiting_) print(row);
    waiting_.clear();
  }

  void measure() {
    for (std::size_t i = 0; i < columns().size(); ++i) {
      std::size_t width = width_of(columns()[i].title);
      bool is_number = !waiting_.empty();
      for (const CellRow& row : waiting_) {
        width = std::max(width, width_of(row[i].text));
        is_number = is_number && (row[i].is_number || row[i].text.empty());
      }
      widths_.push_back(width);
      right_.push_back(is_number);
    }
  }

  /// Returns false if too many columns cannot be left out.
  bool choose_columns() {
    for (std::size_t i = 0; i < columns().size(); ++i) chosen_.push_back(i);
    while (available_ && table_width() > *available_) {
      const auto stays_longer = [&](std::size_t i) { return columns()[i].leaves - 1; };
      const auto next = std::ranges::min_element(chosen_, {}, stays_longer);
      if (columns()[*next].leaves == 0) return false;
      chosen_.erase(next);
    }
    return true;
  }

  std::size_t table_width() const {
    std::size_t width = 0;
    for (const std::size_t i : chosen_) width += widths_[i] + (width == 0 ? 0 : 2);
    return width;
  }

  void print_header() {
    for (const std::size_t i : chosen_) place(i, columns()[i].title);
    end_line();
  }

  void print(const CellRow& row) {
    if (by_lines_) return print_lines(row);
    for (const std::size_t i : chosen_) place(i, row[i].text);
    end_line();
  }

  void print_bare() {
    for (const CellRow& row : waiting_) {
      out_ += row[0].text;
      end_line();
    }
  }

  void print_lines(const CellRow& row) {
    if (std::exchange(has_lines_, true)) end_line();
    std::size_t width = 0;
    for (const Column& column : columns()) width = std::max(width, width_of(column.title));
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t padding = width - width_of(columns()[i].title) + 2;
      fmt::format_to(std::back_inserter(out_), "{}{:{}}{}", columns()[i].title, "", padding,
                     row[i].text);
      end_line();
    }
  }

  void place(std::size_t column, std::string_view text) {
    const std::size_t width = width_of(text);
    const std::size_t padding = widths_[column] > width ? widths_[column] - width : 0;
    if (column != chosen_.front()) out_ += "  ";
    if (right_[column]) out_.append(padding, ' ');
    out_ += text;
    if (!right_[column] && column != chosen_.back()) out_.append(padding, ' ');
  }

  const std::optional<std::size_t> available_;  ///< the columns of the terminal
  std::vector<CellRow> waiting_;
  std::vector<std::size_t> widths_;
  std::vector<bool> right_;
  std::vector<std::size_t> chosen_;  ///< the columns that fit
  bool by_lines_ = false;
  bool has_lines_ = false;
  bool flowing_ = false;
};

}  // namespace

std::unique_ptr<Output> make_table(Stream& stream) { return std::make_unique<TableOutput>(stream); }

}  // namespace mapctl::cli
