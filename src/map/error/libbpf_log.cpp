#include "map/error/libbpf_log.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

#include <bpf/libbpf.h>

#include "map/error/debugging.hpp"

namespace mapctl {
namespace {

/// libbpf calls the printer on the thread that called libbpf.
thread_local std::string heard;

std::mutex mutex;
int listeners = 0;
libbpf_print_fn_t printer_before = nullptr;

int listen(libbpf_print_level level, const char* format, va_list arguments) {
  if (is_debugging()) {
    va_list again;
    va_copy(again, arguments);
    ::vfprintf(stderr, format, again);
    va_end(again);
  }
  if (level != LIBBPF_WARN) return 0;
  char* line = nullptr;
  const int size = ::vasprintf(&line, format, arguments);
  if (size < 0) return 0;
  heard.append(line, static_cast<std::size_t>(size));
  std::free(line);
  return size;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end != 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The verifier's log ends with statistics; its objection comes before them.
std::string_view last_objection(std::string_view log) {
  constexpr std::string_view end = "-- END PROG LOAD LOG --";
  std::string_view objection;
  for (const std::string_view line : lines_of(log.substr(0, log.find(end))))
    if (!line.starts_with("processed ") && !line.starts_with("libbpf: ")) objection = line;
  return objection;
}

std::string_view first_warning(std::string_view log) {
  for (const std::string_view line : lines_of(log))
    if (line.find("Retrying without BTF") == std::string_view::npos) return line;
  return {};
}

}  // namespace

LibbpfLog::LibbpfLog() {
  heard.clear();
  const std::lock_guard lock(mutex);
  if (listeners++ == 0) printer_before = ::libbpf_set_print(listen);
}

LibbpfLog::~LibbpfLog() {
  const std::lock_guard lock(mutex);
  if (--listeners == 0) ::libbpf_set_print(printer_before);
}

std::string LibbpfLog::reason() const { return telling_line(heard); }

std::string telling_line(std::string_view log) {
  constexpr std::string_view begin = "-- BEGIN PROG LOAD LOG --";
  const std::size_t verifier = log.find(begin);
  std::string_view line;
  if (verifier != std::string_view::npos)
    line = last_objection(log.substr(verifier + begin.size()));
  if (line.empty()) line = first_warning(log);
  constexpr std::string_view prefix = "libbpf: ";
  if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
  return std::string{line};
}

}  // namespace mapctl
