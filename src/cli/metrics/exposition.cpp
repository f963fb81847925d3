#include "cli/metrics/exposition.hpp"

#include <algorithm>

#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

/// The only escapes that the format knows are those of these two, and \n.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : printable(text)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

bool is_ascii_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string label_value(std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    append_escaped(out, text.substr(0, end));
    if (end == text.size()) return out;
    out += "\\n";
    text.remove_prefix(end + 1);
  }
}

std::string label_name(std::string_view text) {
  std::string name{text};
  std::ranges::replace_if(
      name, [](char c) { return !is_ascii_alphanumeric(c); }, '_');
  return name;
}

std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels)
    fmt::format_to(std::back_inserter(out), "{}{}=\"{}\"", out.empty() ? "" : ",", name,
                   label_value(value));
  return out;
}

void Exposition::begin(std::string_view name, MetricType type, std::string_view help) {
  name_ = name;
  description_ = fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help,
                             type == MetricType::counter ? "counter" : "gauge");
}

}  // namespace mapctl::cli
