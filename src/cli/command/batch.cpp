// batch: many commands in one process.

#include <fmt/format.h>

#include <utility>

#include "cli/command/commands.hpp"
#include "cli/input/source.hpp"
#include "cli/naming/target.hpp"
#include "cli/options/shell_words.hpp"
#include "cli/output/interrupt.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

struct BatchOptions {
  std::string file;
  bool go_on = false;    ///< run the other lines if one fails
  bool dry_run = false;  ///< only check them
};

constexpr std::size_t most_reports = 20;

struct Line {
  std::size_t number;
  std::string text;
};

/// Throws Failed if a line is as long as only a mistake can be.
std::vector<Line> lines_of(const std::string& file) {
  Source source(file);
  std::vector<Line> lines;
  while (const auto line = source.next_raw_line())
    lines.push_back({lines.size() + 1, std::string{*line}});
  return lines;
}

/// Runs the lines of one file, one after the other.
class Batch {
 public:
  Batch(std::string file, const Session& session) : file_(std::move(file)), session_(session) {
    session_.open_targets = &targets_;
    if (session.json() && session.format != Format::jsonl) session_.in_array = &has_results_;
  }

  /// Reports wrong lines, up to 20 of them, and returns true if there are none. With maps, also
  /// checks what only the maps can tell, as long as no line has made or removed one.
  bool check(const std::vector<Line>& lines, bool with_maps) {
    std::size_t wrong = 0;
    for (const Line& line : lines)
      if (attempt(line, wrong < most_reports, [&] { return check(line, with_maps); }) != Exit::done)
        ++wrong;
    if (wrong > most_reports) note(fmt::format("{} more lines are wrong", wrong - most_reports));
    return wrong == 0;
  }

  Exit run(const std::vector<Line>& lines, bool go_on) {
    const Exit exit = run_lines(lines, go_on);
    if (session_.in_array != nullptr && exit != Exit::reader_gone) {
      Stream stream(1);
      stream.buffer() += has_results_ ? "]\n" : "[]\n";
      stream.finish();
    }
    return exit;
  }

 private:
  Exit run_lines(const std::vector<Line>& lines, bool go_on) {
    watch_interrupts();
    std::size_t done = 0;
    Exit result = Exit::done;
    for (const Line& line : lines) {
      const Exit exit = attempt(line, true, [&] { return run(line, done); });
      if (interrupted()) return tell(done), Exit::interrupted;
      if (exit == Exit::done) continue;
      result = exit;
      if (exit == Exit::reader_gone) return exit;
      if (!go_on) break;
    }
    if (result == Exit::done || done == 0) return result;
    tell(done);
    return Exit::partial;
  }

  void tell(std::size_t done) const {
    note(fmt::format("{} of {} done", counted(done, "command"), file_));
  }

  /// Returns nothing if the line is empty.
  std::optional<Call> parse(const Line& line) const {
    std::vector<std::string> words = shell_words(line.text);
    if (words.empty()) return std::nullopt;
    Call call = session_.parse_line(std::move(words), session_);
    if (session_.in_array != nullptr && call.session.format != session_.format)
      throw usage_error(
          "the results of this batch are one array of JSON: a line has no other format",
          {"leave -o out on the line, or run the batch with -o jsonl"});
    return call;
  }

  Exit check(const Line& line, bool& with_maps) {
    std::optional<Call> call = parse(line);
    if (!call || !with_maps) return Exit::done;
    with_maps = !call->command->traits.changes_names;
    call->session.only_check = true;
    return call->command->traits.can_check ? call->run() : Exit::done;
  }

  Exit run(const Line& line, std::size_t& done) {
    const std::optional<Call> call = parse(line);
    if (!call) return Exit::done;
    // A line that failed may have changed a name already.
    if (std::exchange(names_changed_, call->command->traits.changes_names)) targets_.forget();
    const Exit exit = call->run();
    if (exit == Exit::done) ++done;
    return exit;
  }

  /// Runs the step; its messages name the line.
  template <typename Step>
  Exit attempt(const Line& line, bool reports, Step&& step) {
    const MessageLine here(file_, line.number);
    try {
      return step();
    } catch (...) {
      const Failure failure = current_failure();
      if (reports) report(failure);
      return failure.exit;
    }
  }

  std::string file_;
  Session session_;
  OpenTargets targets_;
  bool names_changed_ = false;  ///< by the last line
  bool has_results_ = false;
};

Exit batch(const BatchOptions& options, const Session& session) {
  const std::vector<Line> lines = lines_of(options.file);
  Batch batch(options.file, session);
  if (!batch.check(lines, options.dry_run)) return Exit::bad_data;
  return batch.run(options.dry_run ? std::vector<Line>{} : lines, options.go_on);
}

constexpr Option batch_options[] = {
    operand<&BatchOptions::file>("FILE", ValueKind::file,
                                 "commands, one on each line; - for standard input"),
    flag<&BatchOptions::go_on>("--continue", "run the other lines where one fails"),
    flag<&BatchOptions::dry_run>("-n,--dry-run", "only check the lines"),
};

}  // namespace

const Command batch_command("batch", "run the commands of a file", Types::none, action_of<batch>,
                            batch_options,
                            "batch commands.txt --dry-run\n"
                            "batch - --continue",
                            {.is_allowed_in_batch = false});

}  // namespace mapctl::cli
