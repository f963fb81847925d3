#pragma once
// The global options, and the results of a command.

#include <optional>
#include <string>
#include <vector>

#include "cli/output/output.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

class OpenTargets;
struct Call;

struct Session {
  Format format = Format::plain;
  bool is_format_given = false;  ///< -o; else it is what the terminal or the pipe gets
  bool yes = false;              ///< --yes: do not ask
  std::string key_as{};
  std::string value_as{};
  bool hex = false;
  std::string btf{};                    ///< --btf: the compiled program whose C types may be named
  bool only_check = false;              ///< open the map and read the texts, and that is all
  OpenTargets* open_targets = nullptr;  ///< of a batch
  bool* in_array = nullptr;  ///< of a batch in JSON: whether its array has an element yet
  Call (*parse_line)(std::vector<std::string> words, const Session& session) = nullptr;

  bool json() const noexcept { return format == Format::json || format == Format::jsonl; }
};

/// The results of one command, on standard output if nothing else is said.
class Results {
 public:
  explicit Results(const Session& session, Document document, std::vector<Column> columns = {},
                   int fd = 1)
      : format_(session.format),
        stream_(fd),
        in_array_(session.in_array),
        output_(make_output(session.format, stream_)) {
    if (in_array_ != nullptr) stream_.buffer() += *in_array_ ? "," : "[\n";
    output_->begin(document, std::move(columns));
  }

  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;

  /// After a failure half-way: what others read already is brought to an end, so that
  /// JSON stays JSON. Where nothing was written yet, nothing is.
  ~Results() {
    if (is_finished_ || !stream_.is_half_written()) return;
    try {
      finish();
    } catch (...) {  // the first failure is the one to report
    }
  }

  /// Ends the rows so far; others follow below them. Not in JSON, which is one piece.
  void begin_part(Document document, std::vector<Column> columns) {
    output_->end();
    if (format_ == Format::table) stream_.buffer() += '\n';
    output_ = make_output(format_, stream_);
    output_->begin(document, std::move(columns));
  }

  /// For what is no row.
  Stream& stream() noexcept { return stream_; }

  Output& operator*() noexcept { return *output_; }
  Output* operator->() noexcept { return output_.get(); }

  const Stream& stream() const noexcept { return stream_; }

  /// What there is so far can be seen.
  void flush() {
    stream_.flush();
    if (in_array_ != nullptr) *in_array_ = true;
  }

  /// Everything is written and the write succeeded. Without this, nothing counts.
  void finish() {
    is_finished_ = true;
    output_->end();
    stream_.finish();
    if (in_array_ != nullptr) *in_array_ = true;
  }

 private:
  Format format_;
  Stream stream_;
  bool* in_array_;
  std::unique_ptr<Output> output_;
  bool is_finished_ = false;
};

}  // namespace mapctl::cli
