// csv: a header and exact values, quoted by RFC 4180.

#include "cli/output/cells.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

class CsvOutput final : public CellOutput {
 public:
  explicit CsvOutput(Stream& stream)
      : stream_(stream), out_(stream.buffer()), shown_(stream.is_terminal()) {}

  void begin(Document document, std::vector<Column> columns) override {
    CellOutput::begin(document, std::move(columns));
    for (const Column& column : this->columns()) append(column.title);
    end_line();
  }

  void end() override {}

  void null() override { fill({}, false); }

 private:
  void row(CellRow& row) override {
    for (const Cell& cell : row) append(shown_ ? printable(cell.text) : cell.text);
    end_line();
  }

  void append(std::string_view text) {
    if (!first_) out_ += ',';
    first_ = false;
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      out_ += text;
      return;
    }
    out_ += '"';
    for (const char c : text) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }

  void end_line() {
    out_ += '\n';
    first_ = true;
    stream_.row_done();
  }

  Stream& stream_;
  std::string& out_;
  const bool shown_;  ///< output goes to a terminal: control characters are escaped
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Output> make_csv(Stream& stream) { return std::make_unique<CsvOutput>(stream); }

}  // namespace mapctl::cli
