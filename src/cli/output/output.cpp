#include "cli/output/output.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

#include "map/error/printable.hpp"
#include "mapctl/text/text_writer.hpp"
#include "text/layout/fields.hpp"

namespace mapctl::cli {

namespace {

const std::string& name_of(const Column& column) {
  if (!column.title.empty()) return column.title;
  return column.field.empty() ? column.member : column.field;
}

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
  const auto* const found = std::ranges::find(format_names, name);
  if (found == format_names.end()) return std::nullopt;
  return static_cast<Format>(found - format_names.begin());
}

void add_columns(std::vector<Column>& columns, std::string_view member, const Layout& layout) {
  const bool one_text = layout.prefix && (layout.prefix->bare || layout.prefix->rule);
  if (layout.kind != Kind::structure || one_text) return columns.push_back({std::string{member}});
  for (std::string& field : field_names(layout))
    columns.push_back({std::string{member}, std::move(field)});
}

void set_titles(std::vector<Column>& columns) {
  std::unordered_map<std::string, int> uses;
  for (const Column& column : columns) ++uses[name_of(column)];
  for (Column& column : columns) {
    const std::string name = name_of(column);
    const bool is_shared = uses[name] > 1 && !column.field.empty();
    column.title = is_shared ? column.member + "." + name : name;
  }
}

std::string joined(std::span<const std::string> names) {
  if (names.empty()) return "-";
  std::string out;
  TextWriter text{out};
  for (const std::string& name : names) {
    if (!out.empty()) out += ',';
    if (name.find_first_of(",\"") == std::string::npos && is_printable(name))
      out += name;
    else
      text.string(name);
  }
  return out;
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  double size = static_cast<double>(bytes);
  while (size >= 1024 && unit + 1 < units.size()) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

std::unique_ptr<Output> make_output(Format format, Stream& stream,
                                    std::span<const Column> columns) {
  if (format == Format::table && std::ranges::any_of(columns, &Column::is_charted))
    return make_chart(stream);
  switch (format) {
    case Format::table:
      return make_table(stream);
    case Format::plain:
      return make_plain(stream);
    case Format::json:
      return make_json(stream, false);
    case Format::jsonl:
      return make_json(stream, true);
    case Format::csv:
      return make_csv(stream);
    case Format::bpftool:
      return make_bpftool(stream);
  }
  return nullptr;
}

}  // namespace mapctl::cli
