#include "cli/session/report.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "cli/output/json_object.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

bool messages_as_json = false;
bool is_progress_visible = false;
bool is_quiet = false;

/// The file and line that messages refer to.
struct {
  std::string_view file{};
  std::size_t line = 0;
} source;

/// Returns the message with its file and line in front.
std::string located(const std::string& message) {
  return source.line == 0 ? message : fmt::format("{}:{}: {}", source.file, source.line, message);
}

/// Write errors are ignored: nothing can be done if stderr is closed or full.
void write_to_stderr(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

std::string json_line(const Failure& failure) {
  JsonObject error;
  error.text("code", failure.code);
  error.number("exit", static_cast<std::uint64_t>(failure.exit));
  error.text("message", located(failure.message));
  error.text("why", failure.why);
  error.texts("fix", failure.fix);
  JsonObject line;
  line.raw("error", std::move(error).end());
  return std::move(line).end() + '\n';
}

/// Messages contain names that others chose. They are escaped also if stderr is no terminal: what
/// reads it may end on one, like the log of a build.
std::string text_lines(const Failure& failure) {
  std::string out = fmt::format("mapctl: {}\n", printable(located(failure.message)));
  if (!failure.why.empty()) out += fmt::format("  why: {}\n", printable(failure.why));
  for (const std::string& fix : failure.fix) out += fmt::format("  fix: {}\n", printable(fix));
  return out;
}

std::string note_line(const std::string& text) {
  if (!messages_as_json) return fmt::format("mapctl: note: {}\n", printable(located(text)));
  JsonObject line;
  line.text("note", located(text));
  return std::move(line).end() + '\n';
}

}  // namespace

void set_messages_as_json(bool as_json) { messages_as_json = as_json; }

MessageLine::MessageLine(std::string_view file, std::size_t line)
    : outer_file_(std::exchange(source.file, file)),
      outer_line_(std::exchange(source.line, line)) {}

MessageLine::~MessageLine() {
  source.file = outer_file_;
  source.line = outer_line_;
}

Quiet::Quiet(bool is_on) : before_(is_quiet) { is_quiet |= is_on; }
Quiet::~Quiet() { is_quiet = before_; }

Exit report(const Failure& failure) {
  if (failure.message.empty()) return failure.exit;
  erase_progress();
  write_to_stderr(messages_as_json ? json_line(failure) : text_lines(failure));
  return failure.exit;
}

std::string question_line(const std::string& text) {
  return messages_as_json ? note_line(text) : fmt::format("mapctl: {} ", printable(text));
}

void note(const std::string& text) {
  if (is_quiet) return;
  erase_progress();
  write_to_stderr(note_line(text));
}

void show_progress(const std::string& line) {
  if (is_quiet) return;
  write_to_stderr("\r" + printable(line) + "\033[K");
  is_progress_visible = true;
}

void erase_progress() {
  if (std::exchange(is_progress_visible, false)) write_to_stderr("\r\033[K");
}

}  // namespace mapctl::cli
