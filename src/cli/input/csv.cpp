// csv: a header with the column names of `dump -o csv`, and a row for each entry.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cli/entry/entry.hpp"
#include "cli/input/format.hpp"
#include "map/cpu_list.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/ascii.hpp"
#include "text/literal/json_string.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

using Cells = std::vector<std::string>;

/// Splits rows at commas by RFC 4180. A quote counts only at the start of a cell.
class RowCutter {
 public:
  /// Adds a line without its "\n"; returns false while a quoted cell is open, which continues on
  /// the next line.
  bool add(std::string_view line) {
    if (state_ != State::quoted) {
      cells_.assign(1, {});
      state_ = State::start;
    }
    const bool has_return = line.ends_with('\r');
    if (has_return) line.remove_suffix(1);
    for (const char c : line) add(c);
    if (state_ != State::quoted) return true;
    cells_.back() += has_return ? "\r\n" : "\n";
    return false;
  }

  const Cells& cells() const noexcept { return cells_; }

 private:
  enum class State { start, plain, quoted, closed };

  void add(char c) {
    const bool is_closed = state_ == State::closed;
    if (state_ == State::quoted && c == '"') {
      state_ = State::closed;
    } else if (state_ != State::quoted && c == ',') {
      cells_.emplace_back();
      state_ = State::start;
    } else if ((state_ == State::start || is_closed) && c == '"') {
      if (is_closed) cells_.back() += c;  // "" in a quoted cell
      state_ = State::quoted;
    } else if (is_closed) {
      throw BadInput("a cell continues after its closing quote",
                     {"write a quote inside of a quoted cell twice"});
    } else {
      cells_.back() += c;
      if (state_ == State::start) state_ = State::plain;
    }
  }

  Cells cells_;
  State state_ = State::start;
};

std::vector<Column> columns_of(const Schema& schema) {
  std::vector<Column> columns = EntryPrinter(schema, EntryPrinter::Parts::entry).columns();
  set_titles(columns);
  // A row may also be a variable of a program.
  if (holds_variables(schema.value)) columns.push_back({"value", {}, "value"});
  return columns;
}

/// Appends a cell in the form that encode() expects inside a struct or a list.
void append_cell(std::string& out, const std::string& cell, const Layout* type) {
  const Kind kind = type == nullptr ? Kind::untyped : type->kind;
  const bool is_bytes = cell.starts_with("hex:");
  const bool is_struct = kind == Kind::structure || kind == Kind::union_;
  if (kind == Kind::text && !is_bytes)
    append_json_string(out, cell);
  else if (is_struct && !type->prefix && !is_bytes && !cell.starts_with('{'))
    out += '{' + cell + '}';
  else
    out += cell;
}

class CsvRows final : public EntryFormat {
 public:
  CsvRows(Source& source, const Schema& schema, EntryParts parts)
      : source_(source), schema_(schema), parts_(parts) {
    do {
      if (!read_row()) throw BadInput("there is no header of csv: the file is empty");
    } while (row_.size() == 1 && (row_[0].empty() || row_[0].starts_with('#')));
    choose_columns();
  }

  bool next(RawEntry& entry) override {
    if (!std::exchange(is_pending_, false)) {
      entry.line = source_.line();
      if (!next_row()) return false;
    }
    entry.line = row_line_;
    check_cells();
    compose(key_, "key", schema_.key);
    if (has("value")) compose(value_, "value", schema_.value);
    if (has("values")) collect_cpus();
    entry.key = key_;
    entry.value.reset();
    if (has("value") || has("values")) entry.value = value_;
    return true;
  }

 private:
  bool has(std::string_view member) const {
    return std::ranges::any_of(chosen_, [&](const Column& c) { return c.member == member; });
  }

  void choose_columns() {
    std::vector<Column> known = columns_of(schema_);
    std::vector<std::string> names;
    for (const Column& column : known) names.push_back(column.title);
    for (const std::string& cell : row_) {
      const std::string title{trim(cell)};
      const auto found = std::ranges::find(known, title, &Column::title);
      if (found == known.end())
        throw BadInput(fmt::format("there is no column '{}'", excerpt(title)),
                       {fmt::format("columns are {}", fmt::join(names, ","))});
      if (std::ranges::find(chosen_, *found) != chosen_.end())
        throw BadInput(fmt::format("the column '{}' is there twice", title));
      chosen_.push_back(*found);
    }
    const bool needs_value = parts_ == EntryParts::both;
    if (!has("key") || (needs_value && !has("value") && !has("values")))
      throw BadInput(
          fmt::format("the header has no column of the {}", has("key") ? "value" : "key"),
          {fmt::format("columns are {}", fmt::join(names, ","))});
  }

  /// Reads a row, which may span several lines; returns false at the end.
  bool read_row() {
    constexpr std::size_t most_lines = 10'000;
    row_line_ = source_.line();
    RowCutter cutter;
    for (std::size_t lines = 0; const auto line = source_.next_raw_line(); ++lines) {
      if (cutter.add(*line)) {
        row_ = cutter.cells();
        return true;
      }
      if (lines == most_lines) break;
    }
    if (cutter.cells().empty()) return false;
    throw BadInput("a quote in this row is not closed");
  }

  bool next_row() {
    bool found = read_row();
    while (found && row_.size() == 1 && row_[0].empty() && chosen_.size() > 1) found = read_row();
    return found;
  }

  void check_cells() const {
    if (row_.size() != chosen_.size())
      throw BadInput(
          fmt::format("the row has {} cells, but the header {}", row_.size(), chosen_.size()));
  }

  /// Joins the cells of a member to one text, or to the fields of a struct.
  void compose(std::string& out, std::string_view member, const Layout& layout) const {
    out.clear();
    std::size_t filled = 0;
    const std::string* only = nullptr;
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const Column& column = chosen_[i];
      if (column.member != member || is_cpu(column)) continue;
      if (column.field.empty())
        return append_cell(out, row_[i], holds_variables(layout) ? nullptr : &layout);
      if (row_[i].empty()) continue;
      only = &row_[i];
      out += filled++ == 0 ? '{' : ',';
      out += column.field;
      out += '=';
      const auto field = find_field(layout, column.field);
      append_cell(out, row_[i], field ? &field->member->type : nullptr);
    }
    // Bytes without a typed form are in the first column of the member.
    if (filled == 1 && only->starts_with("hex:") && only->size() == 4 + 2 * layout.size) {
      out = *only;
      return;
    }
    out += filled == 0 ? "{}" : "}";
  }

  static bool is_cpu(const Column& column) {
    return column.member == "values" && column.title == "cpu" && column.field.empty();
  }

  std::size_t cpu_of_row() const {
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      if (!is_cpu(chosen_[i])) continue;
      const auto cpu = whole_number(row_[i]);
      if (const auto place = cpu ? place_of_cpu(*cpu) : std::nullopt) return *place;
      throw BadInput(fmt::format("'{}' is no possible CPU", excerpt(row_[i])));
    }
    throw BadInput("the header has no column 'cpu'");
  }

  /// Collects the rows of one key, one for each CPU, as [v0,v1,…].
  void collect_cpus() {
    const std::string first_key = key_;
    std::vector<std::string> slots(possible_cpus().size());
    do {
      std::string& slot = slots[cpu_of_row()];
      if (!slot.empty()) break;  // a new entry with the same key
      compose(slot, "values", schema_.value);
      is_pending_ = next_row();
      // A row with another number of cells is reported separately.
      if (!is_pending_ || row_.size() != chosen_.size()) break;
      compose(key_, "key", schema_.key);
    } while (key_ == first_key);
    key_ = first_key;
    value_ = fmt::format("[{}]", fmt::join(slots, ","));
    for (std::size_t i = 0; i < slots.size(); ++i)
      if (slots[i].empty())
        throw BadInput(fmt::format("the row of CPU {} is missing", possible_cpus()[i]));
  }

  Source& source_;
  const Schema& schema_;
  const EntryParts parts_;
  std::vector<Column> chosen_;  ///< the columns in the order of the file
  Cells row_;
  std::size_t row_line_ = 1;
  bool is_pending_ = false;  ///< row_ was read already, and belongs to the next entry
  std::string key_;
  std::string value_;
};

}  // namespace

bool is_csv_header(std::string_view line, const Schema& schema, EntryParts parts) try {
  RowCutter cutter;
  if (!cutter.add(line)) return false;
  const Cells& cells = cutter.cells();
  if (cells.size() == 1 && parts == EntryParts::both) return false;
  const std::vector<Column> columns = columns_of(schema);
  const auto is_column = [&](const std::string& cell) {
    return std::ranges::find(columns, trim(cell), &Column::title) != columns.end();
  };
  // One wrong name does not make it an entry: the name is then reported.
  const bool has_blanks = line.find_first_of(" \t") != std::string_view::npos;
  return std::ranges::all_of(cells, is_column) ||
         (!has_blanks && std::ranges::any_of(cells, is_column));
} catch (const BadInput&) {  // the line cannot be cut
  return false;
}

std::unique_ptr<EntryFormat> make_csv_input(Source& source, const Schema& schema,
                                            EntryParts parts) {
  return std::make_unique<CsvRows>(source, schema, parts);
}

}  // namespace mapctl::cli
