#pragma once
// Splits rows into the cells of fixed columns, for table and csv.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output/output.hpp"
#include "mapctl/text/text_writer.hpp"

namespace mapctl::cli {

struct Cell {
  std::string text{};
  bool is_number = false;
};

using CellRow = std::vector<Cell>;

/// Turns the events of a row into cells and passes on each finished row. A per-CPU value makes one
/// row for each CPU, with the other cells repeated.
class CellOutput : public Output {
 public:
  explicit CellOutput(Stream& stream) : Output(stream), text_(cell_text_) {}

  void begin(Document document, std::vector<Column> columns) override {
    document_ = document;
    columns_ = std::move(columns);
    set_titles(columns_);
  }

  void integer(std::int64_t value) override {
    text_.integer(value);
    end_value(true);
  }
  void integer(std::uint64_t value) override {
    text_.integer(value);
    end_value(true);
  }
  void number(std::string_view digits) override {
    text_.number(digits);
    end_value(true);
  }
  void boolean(bool value) override {
    text_.boolean(value);
    end_value(false);
  }
  void word(std::string_view text) override {
    const std::size_t shown = std::min(text.size(), longest_ / 2 * 2);  // "hex:" and whole bytes
    if (shown < text.size() && text.starts_with("hex:"))
      text_.word(fmt::format("{}… {} more", text.substr(0, shown), (text.size() - shown) / 2));
    else
      text_.word(text);
    end_value(false);
  }
  void string(std::string_view text) override {
    if (inside_cell()) return text_.string(text);
    fill(std::string{text}, false);
  }
  void null() override {
    if (inside_cell()) return text_.null();
    fill("-", true);
  }
  void names(std::span<const std::string> values) override { fill(joined(values), false); }

  void begin_struct() override {
    const bool has_columns = current_ < columns_.size() && !columns_[current_].field.empty();
    if (!in_row_) {
      row_.assign(columns_.size(), {});
      in_row_ = true;
    } else if (!inside_cell() && !in_fields_ && has_columns) {
      in_fields_ = true;
    } else {
      ++nesting_;
      text_.begin_struct();
    }
  }

  void member(std::string_view name) override {
    if (inside_cell()) return text_.member(name);
    if (in_fields_) return select(name);
    member_ = name;
    select({});
  }

  void end_struct() override {
    if (inside_cell()) {
      text_.end_struct();
      --nesting_;
      end_value(false);
    } else if (in_fields_) {
      in_fields_ = false;
    } else {
      in_row_ = false;
      if (!std::exchange(by_cpu_, false)) row(row_);
    }
  }

  void begin_array() override {
    ++nesting_;
    arrays_.push_back({.begin = cell_text_.size()});
    text_.begin_array();
  }
  void element() override {
    OpenArray& array = arrays_.back();
    if (array.elements < 2 || cell_text_.size() - array.begin < longest_) {
      array.shown = array.elements;
      array.end = cell_text_.size();
    }
    ++array.elements;
    text_.element();
  }
  void end_array() override {
    shorten(arrays_.back());
    arrays_.pop_back();
    text_.end_array();
    --nesting_;
    end_value(false);
  }

  void begin_cpus() override {}
  void cpu(unsigned id) override {
    if (by_cpu_) {
      CellRow copy = row_;
      row(copy);
    }
    by_cpu_ = true;
    clear_member();
    select({});  // the CPU's own column comes first
    fill(fmt::format_int(id).str(), true);
    ++current_;
  }
  void end_cpus() override {
    if (by_cpu_) row(row_);
  }

 protected:
  virtual void row(CellRow& row) = 0;

  const std::vector<Column>& columns() const noexcept { return columns_; }
  Document document() const noexcept { return document_; }

  /// Arrays and bytes in cells end soon after so many characters, with the number of the elements
  /// that are left out.
  void limit_arrays(std::size_t longest) { longest_ = std::max<std::size_t>(longest, 8); }

  /// Puts a finished text into the current cell.
  void fill(std::string text, bool is_number) {
    if (current_ < row_.size()) row_[current_] = {std::move(text), is_number};
  }

 private:
  /// An array in the current cell.
  struct OpenArray {
    std::size_t begin;
    std::size_t elements = 0;
    std::size_t shown = 0;  ///< how many of them remain if it is too long
    std::size_t end = 0;    ///< where they end in the text
  };

  void shorten(const OpenArray& array) {
    if (array.shown == 0 || cell_text_.size() - array.begin <= longest_) return;
    cell_text_.resize(array.end);
    cell_text_ += fmt::format(",… {} more", array.elements - array.shown);
  }

  bool inside_cell() const noexcept { return nesting_ > 0; }

  void end_value(bool is_number) {
    if (!inside_cell()) fill(std::exchange(cell_text_, {}), is_number);
  }

  /// Makes the cell of that field of the current member the current cell; an empty field means the
  /// first cell of the member.
  void select(std::string_view field) {
    const auto is_wanted = [&](const Column& column) {
      return column.member == member_ && (field.empty() || column.field == field);
    };
    // Fields come in the order of their columns, which may be thousands.
    if (!field.empty() && current_ + 1 < columns_.size() && is_wanted(columns_[current_ + 1])) {
      ++current_;
      return;
    }
    const auto found = std::ranges::find_if(columns_, is_wanted);
    current_ = static_cast<std::size_t>(found - columns_.begin());
  }

  /// Clears the member's cells, because rows fill different ones, for instance the arms of a union.
  void clear_member() {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].member == member_) row_[i] = {};
  }

  std::vector<Column> columns_;
  Document document_ = Document::list;
  CellRow row_;
  std::string member_;       ///< the current member of the row
  std::size_t current_ = 0;  ///< index of the cell being filled
  bool in_row_ = false;
  bool in_fields_ = false;  ///< inside a struct whose fields have their own columns
  unsigned nesting_ = 0;    ///< number of open structs and arrays inside the cell
  bool by_cpu_ = false;     ///< the row was passed on once for each CPU
  std::vector<OpenArray> arrays_;
  std::size_t longest_ = std::string::npos;
  std::string cell_text_;  ///< the text of the value so far
  TextWriter text_;
};

}  // namespace mapctl::cli
