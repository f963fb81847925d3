#pragma once
// Splits rows into the cells of fixed columns, for table and csv.

#include <string>
#include <vector>

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
  void begin(Document document, std::vector<Column> columns) override;

  void integer(std::int64_t value) override;
  void integer(std::uint64_t value) override;
  void number(std::string_view digits) override;
  void boolean(bool value) override;
  void word(std::string_view text) override;
  void string(std::string_view text) override;
  void null() override;
  void begin_struct() override;
  void member(std::string_view name) override;
  void end_struct() override;
  void begin_array() override;
  void element() override;
  void end_array() override;
  void begin_cpus() override;
  void cpu(unsigned id) override;
  void end_cpus() override;
  void names(std::span<const std::string> values) override;

 protected:
  CellOutput() : text_(cell_text_) {}

  virtual void row(CellRow& row) = 0;

  const std::vector<Column>& columns() const noexcept { return columns_; }
  Document document() const noexcept { return document_; }

  /// Puts a finished text into the current cell.
  void fill(std::string text, bool is_number);

 private:
  bool inside_cell() const noexcept { return nesting_ > 0; }
  void select(std::string_view field);
  void clear_member();
  void finish_cell();

  std::vector<Column> columns_;
  Document document_ = Document::list;
  CellRow row_;
  std::string member_;       ///< the current member of the row
  std::size_t current_ = 0;  ///< index of the cell being filled
  bool in_row_ = false;
  bool in_fields_ = false;  ///< inside a struct whose fields have their own columns
  unsigned nesting_ = 0;    ///< number of open structs and arrays inside the cell
  bool by_cpu_ = false;     ///< the row was passed on once for each CPU
  std::string cell_text_;   ///< the text of a nested value
  TextWriter text_;
};

}  // namespace mapctl::cli
