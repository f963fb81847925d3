// csv: a header and exact values, quoted by RFC 4180.

#include "cli/output/cells.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

class CsvOutput final : public CellOutput {
 public:
  explicit CsvOutput(Stream& stream) : CellOutput(stream), shown_(stream.is_terminal()) {}

  void begin(Document document, std::vector<Column> columns) override {
    CellOutput::begin(document, std::move(columns));
    CellRow titles;
    for (const Column& column : this->columns()) titles.push_back({column.title});
    row(titles);
  }

  void end() override {}

  void null() override { fill({}, false); }

 private:
  void row(CellRow& row) override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out_ += ',';
      append(shown_ ? printable(row[i].text) : row[i].text);
    }
    end_line();
  }

  void append(std::string_view text) {
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

  const bool shown_;  ///< output goes to a terminal: control characters are escaped
};

}  // namespace

std::unique_ptr<Output> make_csv(Stream& stream) { return std::make_unique<CsvOutput>(stream); }

}  // namespace mapctl::cli
