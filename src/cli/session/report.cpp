#include "cli/session/report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "map/error/printable.hpp"
#include "text/literal/json_string.hpp"

namespace mapctl::cli {

namespace {

bool messages_as_json = false;
bool is_progress_visible = false;

/// The file and line that messages refer to.
struct {
  std::string file{};
  std::size_t line = 0;
} source;

/// Returns the message with its file and line in front.
std::string located(const std::string& message) {
  return source.line == 0 ? message : fmt::format("{}:{}: {}", source.file, source.line, message);
}

/// Messages contain names that others chose, which must not control the terminal.
std::string for_people(const std::string& text) {
  return isatty(STDERR_FILENO) != 0 ? printable(text) : text;
}

/// Write errors are ignored: nothing can be done if stderr is closed or full.
void write_to_stderr(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

void print_message(const std::string& text) {
  erase_progress();
  write_to_stderr(text);
}

void append_json_member(std::string& out, std::string_view name, std::string_view text) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, text);
}

std::string json_line(const Failure& failure) {
  std::string out = "{\"error\":{";
  append_json_member(out, "code", failure.code);
  out += fmt::format(",\"exit\":{},", static_cast<int>(failure.exit));
  append_json_member(out, "message", located(failure.message));
  out += ',';
  append_json_member(out, "why", failure.why);
  out += ",\"fix\":[";
  for (std::size_t i = 0; i < failure.fix.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, failure.fix[i]);
  }
  out += "]}}\n";
  return out;
}

std::string text_lines(const Failure& failure) {
  std::string out = fmt::format("mapctl: {}\n", for_people(located(failure.message)));
  if (!failure.why.empty()) out += fmt::format("  why: {}\n", for_people(failure.why));
  for (const std::string& fix : failure.fix) out += fmt::format("  fix: {}\n", for_people(fix));
  return out;
}

}  // namespace

void set_messages_as_json(bool as_json) { messages_as_json = as_json; }

MessageLine::MessageLine(std::string file, std::size_t line)
    : outer_file_(std::exchange(source.file, std::move(file))),
      outer_line_(std::exchange(source.line, line)) {}

MessageLine::~MessageLine() {
  source.file = std::move(outer_file_);
  source.line = outer_line_;
}

Exit report(const Failure& failure) {
  if (!failure.message.empty())
    print_message(messages_as_json ? json_line(failure) : text_lines(failure));
  return failure.exit;
}

std::string note_line(const std::string& text) {
  if (!messages_as_json) return fmt::format("mapctl: note: {}\n", for_people(located(text)));
  std::string line = "{";
  append_json_member(line, "note", located(text));
  line += "}\n";
  return line;
}

void note(const std::string& text) { print_message(note_line(text)); }

void show_progress(const std::string& line) {
  write_to_stderr("\r" + line + "\033[K");
  is_progress_visible = true;
}

void erase_progress() {
  if (std::exchange(is_progress_visible, false)) write_to_stderr("\r\033[K");
}

}  // namespace mapctl::cli
