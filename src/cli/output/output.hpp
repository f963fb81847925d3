#pragma once
// What a command prints: rows of named values, in one of the formats.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/stream.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/writer.hpp"

namespace mapctl::cli {

enum class Format { table, plain, json, jsonl, csv };

std::optional<Format> parse_format(std::string_view name);

/// What the rows of an output are together.
enum class Document {
  list,    ///< any number of rows: dump, keys, list
  record,  ///< one thing with many properties: show, status
  answer,  ///< one row whose last member is what was asked for: get, next, count
};

/// A column of table and csv: a member of the row, or a member of a struct there.
struct Column {
  std::string member;
  std::string field{};  ///< empty: the member is not a struct
  std::string title{};  ///< empty: named after the field or the member

  bool operator==(const Column&) const = default;
};

/// The columns for a row member of this layout: one for each field of a struct.
void add_columns(std::vector<Column>& columns, std::string_view member, const Layout& layout);

/// Gives the columns that have none their titles: the field's name, or member.field where
/// two share it.
void set_titles(std::vector<Column>& columns);

/// An output format. Rows are written as structs: begin_struct, member, a
/// value, …, end_struct; a format puts what it needs around and between them.
class Output : public Writer {
 public:
  virtual void begin(Document document, std::vector<Column> columns) = 0;
  virtual void end() = 0;

  /// One CPU's value of a per-CPU entry, where one was asked for: that value alone in
  /// plain, like those of all CPUs elsewhere.
  virtual void begin_one_cpu(unsigned id) {
    begin_cpus();
    cpu(id);
  }
  virtual void end_one_cpu() { end_cpus(); }

  /// Of a Document::answer only the last member is printed, so that no other need be written.
  virtual bool prints_only_answer() const { return false; }

  /// Rows are waiting to be laid out, and are not in the stream's buffer yet.
  virtual bool holds_rows() const { return false; }

  /// A size in bytes, in human units where people read.
  virtual void byte_count(std::uint64_t value) { integer(value); }
  /// A list of names: an array in JSON, elsewhere joined().
  virtual void names(std::span<const std::string> values) = 0;
};

/// The names with commas between them, those that hold one as JSON strings; "-" for none.
std::string joined(std::span<const std::string> names);

std::unique_ptr<Output> make_output(Format format, Stream& stream);

std::unique_ptr<Output> make_plain(Stream& stream);
std::unique_ptr<Output> make_table(Stream& stream);
std::unique_ptr<Output> make_json(Stream& stream, bool lines);
std::unique_ptr<Output> make_csv(Stream& stream);

}  // namespace mapctl::cli
