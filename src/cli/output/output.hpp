#pragma once
// The output of a command: rows of named values, in one of the formats.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cli/output/stream.hpp"
#include "mapctl/bytes.hpp"
#include "mapctl/info.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/writer.hpp"

namespace mapctl::cli {

enum class Format { table, plain, json, jsonl, csv, bpftool };

/// In the order of Format.
inline constexpr std::array<std::string_view, 6> format_names{"table", "plain", "json",
                                                              "jsonl", "csv",   "bpftool"};
std::optional<Format> parse_format(std::string_view name);

constexpr bool is_json(Format format) {
  return format == Format::json || format == Format::jsonl || format == Format::bpftool;
}

/// The relation of the rows of an output.
enum class Document {
  list,    ///< any number of rows: dump, keys, list
  record,  ///< one object with many properties: show, status
  answer,  ///< one row whose last member is the answer: get, next, count
};

/// A column of table and csv: a member of the row, or a member of a struct in it.
struct Column {
  std::string member;
  std::string field{};  ///< empty: the member is no struct
  std::string title{};  ///< empty: the name of the field or member is used
  /// The place in the order in which columns leave a table that is too wide for the terminal: 1 is
  /// the first. 0: it stays.
  unsigned leaves = 0;
  bool is_charted = false;  ///< a table has a bar beside each of its numbers

  bool operator==(const Column&) const = default;
};

/// Adds the columns of a row member with this layout: one for each field of a struct.
void add_columns(std::vector<Column>& columns, std::string_view member, const Layout& layout);

/// Sets missing titles to the field's name, or to member.field if two columns share it.
void set_titles(std::vector<Column>& columns);

/// An output format. Rows are written as structs: begin_struct, member, a value, …, end_struct; a
/// format adds what it needs around and between them.
class Output : public Writer {
 public:
  explicit Output(Stream& stream) : stream_(stream), out_(stream.buffer()) {}

  virtual void begin(Document document, std::vector<Column> columns) = 0;
  virtual void end() = 0;

  /// Begins the value of a single CPU of a per-CPU entry. Plain prints only that value; other
  /// formats print it like the values of all CPUs.
  virtual void begin_one_cpu(unsigned id) {
    begin_cpus();
    cpu(id);
  }
  virtual void end_one_cpu() { end_cpus(); }

  /// Returns true if only the last member of a Document::answer needs to be written.
  virtual bool prints_only_answer() const { return false; }

  /// Returns true if rows are still held for layout and are not in the stream's buffer.
  virtual bool holds_rows() const { return false; }

  /// Writes the members of an entry in a form of its own. Returns false if it has none: then its
  /// key and value are written by their types.
  virtual bool own_entry(const Schema& /*schema*/, ByteView /*key*/, ByteView /*value*/) {
    return false;
  }
  /// The same for what is known of a map.
  virtual bool own_map(const MapInfo& /*map*/, const MapUsage& /*usage*/) { return false; }

  /// Writes a size in bytes; formats for people use larger units.
  virtual void byte_count(std::uint64_t value) { integer(value); }
  /// Writes a share in percent.
  virtual void percent(double value) { number(fmt::format("{:.1f}", value)); }
  /// Writes a list of names: an array in JSON, joined() in other formats.
  virtual void names(std::span<const std::string> values) = 0;

 protected:
  void end_line() {
    out_ += '\n';
    stream_.row_done();
  }

  Stream& stream_;
  std::string& out_;
};

/// Joins names with commas; a name that contains one becomes a JSON string. Returns "-" for none.
std::string joined(std::span<const std::string> names);

/// A size in bytes in the unit that fits it, for people: `1.5 KiB`.
std::string human_size(std::uint64_t bytes);

/// A chart, if a table has a column that is charted.
std::unique_ptr<Output> make_output(Format format, Stream& stream, std::span<const Column> columns);

std::unique_ptr<Output> make_plain(Stream& stream);
std::unique_ptr<Output> make_table(Stream& stream);
/// A table of the keys and of the column that is_charted, with a bar for each number, or a
/// histogram for each array of counters.
std::unique_ptr<Output> make_chart(Stream& stream);
std::unique_ptr<Output> make_json(Stream& stream, bool lines);
std::unique_ptr<Output> make_csv(Stream& stream);
std::unique_ptr<Output> make_bpftool(Stream& stream);

}  // namespace mapctl::cli
