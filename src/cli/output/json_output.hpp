#pragma once
// Writes rows as JSON: one array or object, or one object per line.

#include <fmt/format.h>

#include <string>

#include "cli/output/output.hpp"
#include "text/literal/json_string.hpp"

namespace mapctl::cli {

/// Members are written as they come; rows are the elements of an array, or lines.
class JsonOutput : public Output {
 public:
  JsonOutput(Stream& stream, bool lines) : Output(stream), lines_(lines) {}

  void begin(Document document, std::vector<Column> /*columns*/) override {
    is_array_ = document == Document::list && !lines_;
    if (is_array_) out_ += '[';
  }

  void end() override {
    for (; !closers_.empty(); closers_.pop_back()) out_ += closers_.back();
    if (is_array_) out_ += rows_ == 0 ? "]\n" : "\n]\n";
  }

  void integer(std::int64_t value) override { append(fmt::format_int(value)); }
  void integer(std::uint64_t value) override { append(fmt::format_int(value)); }
  void number(std::string_view digits) override { out_ += digits; }
  void boolean(bool value) override { out_ += value ? "true" : "false"; }
  void string(std::string_view text) override { append_json_string(out_, text); }
  void null() override { out_ += "null"; }

  void word(std::string_view text) override {
    out_ += '"';
    out_ += text;
    out_ += '"';
  }

  void begin_struct() override {
    if (closers_.empty() && is_array_) out_ += std::string_view(",\n").substr(rows_ == 0 ? 1 : 0);
    open('{', '}');
  }

  void member(std::string_view name) override {
    separate();
    append_json_string(out_, name);
    out_ += ':';
  }

  void end_struct() override {
    close();
    if (closers_.empty()) return end_row();
    stream_.row_done();  // flushes early, because a row can hold all entries of a map
  }

  void begin_array() override { open('[', ']'); }
  void element() override { separate(); }
  void end_array() override { close(); }

  void begin_cpus() override { open('[', ']'); }
  void cpu(unsigned id) override {
    if (!first_) out_ += '}';
    separate();
    out_ += "{\"cpu\":";
    integer(std::uint64_t{id});
    out_ += ",\"value\":";
  }
  void end_cpus() override {
    if (!first_) out_ += '}';
    close();
  }

  void names(std::span<const std::string> values) override {
    begin_array();
    for (const std::string& value : values) {
      element();
      string(value);
    }
    end_array();
  }

 private:
  void append(const fmt::format_int& digits) { out_.append(digits.data(), digits.size()); }

  void open(char bracket, char closer) {
    out_ += bracket;
    closers_ += closer;
    first_ = true;
  }

  void close() {
    out_ += closers_.back();
    closers_.pop_back();
    first_ = false;
  }

  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  void end_row() {
    ++rows_;
    if (!is_array_) out_ += '\n';
    stream_.row_done();
  }

  const bool lines_;
  bool is_array_ = false;
  bool first_ = true;    ///< the next member or element needs no comma
  std::string closers_;  ///< closes all that is open; not empty at the end after a failure
  std::size_t rows_ = 0;
};

}  // namespace mapctl::cli
