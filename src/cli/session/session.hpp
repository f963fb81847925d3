#pragma once
// The global options, and the results of a command.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/output.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

class OpenTargets;
struct Call;

struct Session {
  Format format = Format::plain;
  bool is_format_given = false;  ///< -o was given; else the format depends on the terminal or pipe
  bool yes = false;              ///< --yes: do not ask
  bool quiet = false;            ///< --quiet: errors only, no notes and no counts
  std::string key_as{};
  std::string value_as{};
  bool hex = false;
  /// The part of the map that the command is about: other entries do not exist for it.
  std::vector<std::string> where{};
  std::string types{};      ///< --types: a file that says the types of maps by their names
  std::string btf{};        ///< --btf: the compiled program in which C types are looked up
  bool only_check = false;  ///< only open the map and read the texts
  OpenTargets* open_targets = nullptr;  ///< only in a batch
  bool* in_array = nullptr;             ///< in a JSON batch: true once its array has an element
  Call (*parse_line)(std::vector<std::string> words, const Session& session) = nullptr;

  bool json() const noexcept { return is_json(format); }
  /// For output that may never end: a table needs all rows before it is printed.
  Session streaming() const {
    Session session = *this;
    if (format == Format::table) session.format = Format::plain;
    return session;
  }
  Session within(const std::vector<std::string>& part) const {
    Session session = *this;
    session.where = part;
    return session;
  }
};

/// The results of one command, by default on standard output.
class Results {
 public:
  explicit Results(const Session& session, Document document, std::vector<Column> columns = {},
                   int fd = 1)
      : format_(session.format),
        stream_(fd),
        in_array_(session.in_array),
        output_(make_output(session.format, stream_, columns)) {
    if (in_array_ != nullptr) stream_.buffer() += *in_array_ ? "," : "[\n";
    output_->begin(document, std::move(columns));
  }

  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;

  /// After a failure, completes output that was written in part, so that JSON stays valid. If
  /// nothing was written yet, nothing is added.
  ~Results() {
    if (is_finished_ || !stream_.is_half_written()) return;
    try {
      finish();
    } catch (...) {  // the first failure is the one to report
    }
  }

  /// Ends the current rows and begins others below them. Not for JSON, which is a single value.
  void begin_part(Document document, std::vector<Column> columns) {
    output_->end();
    if (format_ == Format::table) stream_.buffer() += '\n';
    output_ = make_output(format_, stream_, columns);
    output_->begin(document, std::move(columns));
  }

  /// The stream for output that is not a row.
  Stream& stream() noexcept { return stream_; }
  Output& operator*() noexcept { return *output_; }
  Output* operator->() noexcept { return output_.get(); }

  /// Makes the output so far visible.
  void flush() {
    stream_.flush();
    if (in_array_ != nullptr) *in_array_ = true;
  }

  /// Completes the output and checks all writes. Without this call, the command has failed.
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

struct Count {
  std::string_view name;
  std::optional<std::uint64_t> value;  ///< empty: nobody knows
};

/// A command that did many things prints their counts as a record, in every format.
void print_report(const Session& session, std::initializer_list<Count> counts);

enum class Changed { no, yes };

/// A command that did one thing prints nothing, but in JSON whether it had to do it: every command
/// that succeeds prints one document there.
void print_done(const Session& session, std::initializer_list<Count> facts = {},
                Changed changed = Changed::yes);

}  // namespace mapctl::cli
