#include "cli/output/cells.hpp"

#include <fmt/format.h>

#include <utility>

namespace mapctl::cli {

void CellOutput::begin(Document document, std::vector<Column> columns) {
  document_ = document;
  columns_ = std::move(columns);
  set_titles(columns_);
}

void CellOutput::integer(std::int64_t value) {
  if (inside_cell()) return text_.integer(value);
  fill(fmt::format_int(value).str(), true);
}

void CellOutput::integer(std::uint64_t value) {
  if (inside_cell()) return text_.integer(value);
  fill(fmt::format_int(value).str(), true);
}

void CellOutput::number(std::string_view digits) {
  if (inside_cell()) return text_.number(digits);
  fill(std::string{digits}, true);
}

void CellOutput::boolean(bool value) {
  if (inside_cell()) return text_.boolean(value);
  fill(value ? "true" : "false", false);
}

void CellOutput::word(std::string_view text) {
  if (inside_cell()) return text_.word(text);
  fill(std::string{text}, false);
}

void CellOutput::string(std::string_view text) {
  if (inside_cell()) return text_.string(text);
  fill(std::string{text}, false);
}

void CellOutput::null() {
  if (inside_cell()) return text_.null();
  fill("-", true);
}

void CellOutput::begin_struct() {
  if (!in_row_) {
    row_.assign(columns_.size(), {});
    in_row_ = true;
    return;
  }
  const bool has_columns = current_ < columns_.size() && !columns_[current_].field.empty();
  if (!inside_cell() && !in_fields_ && has_columns) {
    in_fields_ = true;
    return;
  }
  ++nesting_;
  text_.begin_struct();
}

void CellOutput::member(std::string_view name) {
  if (inside_cell()) return text_.member(name);
  if (in_fields_) return select(name);
  member_ = name;
  select({});
}

void CellOutput::end_struct() {
  if (inside_cell()) {
    text_.end_struct();
    return finish_cell();
  }
  if (in_fields_) {
    in_fields_ = false;
    return;
  }
  in_row_ = false;
  if (!by_cpu_) row(row_);
  by_cpu_ = false;
}

void CellOutput::begin_array() {
  ++nesting_;
  text_.begin_array();
}

void CellOutput::element() { text_.element(); }

void CellOutput::end_array() {
  text_.end_array();
  finish_cell();
}

void CellOutput::begin_cpus() {}

void CellOutput::cpu(unsigned id) {
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

void CellOutput::end_cpus() {
  if (by_cpu_) row(row_);
}

void CellOutput::names(std::span<const std::string> values) { fill(joined(values), false); }

void CellOutput::fill(std::string text, bool is_number) {
  if (current_ < row_.size()) row_[current_] = {std::move(text), is_number};
}

/// Makes the cell of that field of the current member the current cell; an empty field means the
/// first cell of the member.
void CellOutput::select(std::string_view field) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].member != member_ || (!field.empty() && columns_[i].field != field)) continue;
    current_ = i;
    return;
  }
  current_ = columns_.size();
}

/// Clears the member's cells, because rows fill different ones, for instance the arms of a union.
void CellOutput::clear_member() {
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i].member == member_) row_[i] = {};
}

void CellOutput::finish_cell() {
  if (--nesting_ > 0) return;
  fill(std::exchange(cell_text_, {}), false);
}

}  // namespace mapctl::cli
