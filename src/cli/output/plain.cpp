// plain: one line per row, with tabs between values, in texts that put accepts.

#include "cli/output/output.hpp"
#include "mapctl/text/text_writer.hpp"

namespace mapctl::cli {

namespace {

class PlainOutput final : public Output {
 public:
  explicit PlainOutput(Stream& stream) : Output(stream), text_(out_) {}

  void begin(Document document, std::vector<Column> /*columns*/) override { document_ = document; }
  void end() override {}

  void integer(std::int64_t value) override { text_.integer(value); }
  void integer(std::uint64_t value) override { text_.integer(value); }
  void number(std::string_view digits) override { text_.number(digits); }
  void boolean(bool value) override { text_.boolean(value); }
  void word(std::string_view text) override { text_.word(text); }
  void string(std::string_view text) override { text_.string(text); }
  void null() override { out_ += '-'; }

  void begin_struct() override {
    if (depth_++ > 0)
      text_.begin_struct();
    else
      row_start_ = out_.size();
  }

  void member(std::string_view name) override {
    if (depth_ > 1)
      text_.member(name);
    else
      begin_row_member(name);
  }

  void end_struct() override {
    if (--depth_ > 0) return text_.end_struct();
    end_line();
  }

  void begin_array() override {
    ++depth_;
    text_.begin_array();
  }
  void element() override { text_.element(); }
  void end_array() override {
    --depth_;
    text_.end_array();
  }

  void begin_cpus() override { begin_array(); }
  void cpu(unsigned /*id*/) override { element(); }
  void end_cpus() override { end_array(); }

  void begin_one_cpu(unsigned /*id*/) override {}
  void end_one_cpu() override {}

  bool prints_only_answer() const override { return document_ == Document::answer; }

  void names(std::span<const std::string> values) override { out_ += joined(values); }

 private:
  void begin_row_member(std::string_view name) {
    if (document_ == Document::answer) return;
    const bool is_record = document_ == Document::record;
    if (out_.size() > row_start_) out_ += is_record ? '\n' : '\t';
    if (is_record) out_.append(name) += '\t';
  }

  TextWriter text_;
  Document document_ = Document::list;
  unsigned depth_ = 0;  ///< 1 inside a row, more inside its values
  std::size_t row_start_ = 0;
};

}  // namespace

std::unique_ptr<Output> make_plain(Stream& stream) { return std::make_unique<PlainOutput>(stream); }

}  // namespace mapctl::cli
