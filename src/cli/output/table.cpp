// table: aligned columns with a header, for people.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "cli/output/cells.hpp"
#include "cli/output/width.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

std::string human_size(std::uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  double size = static_cast<double>(bytes);
  while (size >= 1024 && unit + 1 < units.size()) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

/// The first rows determine the column widths; later rows are printed at once. So memory does not
/// grow with the map, and a wider cell in a later row shifts only its own line.
class TableOutput final : public CellOutput {
 public:
  explicit TableOutput(Stream& stream) : stream_(stream), out_(stream.buffer()) {}

  void end() override {
    if (!flowing_) start_flow();
  }

  bool holds_rows() const override { return !flowing_; }

  void byte_count(std::uint64_t value) override { fill(human_size(value), true); }

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
    if (document() == Document::record) return print_record();
    if (document() == Document::answer && columns().size() == 1) return print_bare();
    measure();
    print_header();
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

  void print_header() {
    for (std::size_t i = 0; i < columns().size(); ++i) {
      std::string title = columns()[i].title;
      std::ranges::transform(title, title.begin(), [](unsigned char c) {
        return static_cast<char>(c == '_' ? ' ' : std::toupper(c));
      });
      place(i, title);
    }
    end_line();
  }

  void print(const CellRow& row) {
    for (std::size_t i = 0; i < row.size(); ++i) place(i, row[i].text);
    end_line();
  }

  void print_bare() {
    for (const CellRow& row : waiting_) {
      out_ += row[0].text;
      end_line();
    }
  }

  void print_record() {
    std::size_t width = 0;
    for (const Column& column : columns()) width = std::max(width, width_of(column.title));
    for (const CellRow& row : waiting_)
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
    if (column > 0) out_ += "  ";
    if (right_[column]) out_.append(padding, ' ');
    out_ += text;
    if (!right_[column] && column + 1 < widths_.size()) out_.append(padding, ' ');
  }

  void end_line() {
    out_ += '\n';
    stream_.row_done();
  }

  Stream& stream_;
  std::string& out_;
  std::vector<CellRow> waiting_;
  std::vector<std::size_t> widths_;
  std::vector<bool> right_;
  bool flowing_ = false;
};

}  // namespace

std::unique_ptr<Output> make_table(Stream& stream) { return std::make_unique<TableOutput>(stream); }

}  // namespace mapctl::cli
