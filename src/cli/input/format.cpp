#include "cli/input/format.hpp"

#include "cli/input/json_scan.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

/// The first line in memory that is neither empty nor a comment; it may be incomplete.
std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    if (!line.empty() && line[0] != '#' && line[0] != ';') return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

/// Lists and structs of plain texts begin differently: [1,2], {a=1}.
bool begins_object(std::string_view text) {
  JsonScan scan(text);
  return scan.accept('{') && (scan.peek() == '"' || scan.peek() == '}');
}

bool begins_array_of_objects(std::string_view text) {
  JsonScan scan(text);
  return scan.accept('[') && (scan.peek() == ']' || begins_object(scan.rest()));
}

/// Returns true if the first line is complete or long enough; after a lone '[', more is needed.
bool has_first_line(std::string_view text) {
  constexpr std::size_t enough = 64 * 1024;
  const std::string_view line = first_line(text);
  if (line == "[" && trim(text) == line) return false;
  return line.size() >= enough ||
         (!line.empty() && line.data() + line.size() < text.data() + text.size());
}

InputFormat look_at(Source& source, const Schema& schema, EntryParts parts) {
  while (!has_first_line(source.rest()) && source.read_more()) continue;
  const std::string_view line = first_line(source.rest());
  if (begins_object(line)) return InputFormat::jsonl;
  if (begins_array_of_objects(trim(source.rest()))) return InputFormat::json;
  return is_csv_header(line, schema, parts) ? InputFormat::csv : InputFormat::plain;
}

}  // namespace

std::unique_ptr<EntryFormat> make_input(Source& source, const Schema& schema, EntryParts parts,
                                        std::optional<InputFormat> format) {
  switch (format ? *format : look_at(source, schema, parts)) {
    case InputFormat::plain:
      return make_plain_input(source, schema, parts);
    case InputFormat::jsonl:
      return make_jsonl_input(source, schema);
    case InputFormat::json:
      return make_json_input(source, schema);
    case InputFormat::csv:
      return make_csv_input(source, schema, parts);
  }
  return nullptr;
}

}  // namespace mapctl::cli
