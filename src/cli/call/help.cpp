#include "cli/call/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/call/global_options.hpp"
#include "cli/call/parse.hpp"

namespace mapctl::cli {

namespace {

constexpr std::string_view introduction = R"(mapctl manages BPF maps.

Usage: mapctl COMMAND [ARGUMENTS] [OPTIONS]

)";

constexpr std::string_view rest = R"(
MAP is the /path of a pin, a NAME (a pin in $MAPCTL_BPFFS, default /sys/fs/bpf,
else the one kernel map of that name), name:NAME or id:N.

KEY and VALUE are read by the map's own types: 42, 0x2a, 192.0.2.7,
10.0.0.0/8, 02:00:00:aa:bb:cc, drop, action=drop,list=7, [1,2,3], hex:0a000001;
@FILE reads a text from a file, - from standard input, -- ends the options.

Options of every command:
  -o, --output FORMAT   table, plain, json, jsonl, csv or bpftool
  -y, --yes             do not ask before what cannot be undone
  -h, --help            what a command takes: mapctl help COMMAND

Exit codes:
)";

/// Of terminals, in bytes.
constexpr std::size_t line_length = 80;

/// Breaks a text between words; further lines begin after the indent, which the first has already.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  for (std::size_t column = indent; !text.empty();) {
    const std::size_t length = std::min(text.find(' '), text.size());
    const bool is_first = column == indent;
    if (!is_first && column + 1 + length > line_length) {
      fmt::format_to(std::back_inserter(out), "\n{:{}}", "", indent);
      column = indent;
    } else if (!is_first) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, length);
    column += length;
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return out;
}

/// Appends two columns; a left text that is too long gets its own line.
void append_row(std::string& out, std::string_view left, std::string_view right) {
  constexpr std::size_t width = 26;
  if (left.size() > width)
    fmt::format_to(std::back_inserter(out), "  {}\n  {:{}}", left, "", width);
  else
    fmt::format_to(std::back_inserter(out), "  {:{}}", left, width);
  fmt::format_to(std::back_inserter(out), "{}\n", wrapped(right, width + 2));
}

std::string list_of(std::span<const Command* const> commands, std::string_view group = {}) {
  std::string out;
  for (const Command* command : commands)
    if (command->name().starts_with(group))
      append_row(out, fmt::format("{} {}", command->name(), usage(*command)), command->summary);
  return out;
}

std::string names_of(const Option& option) {
  if (option.is_operand()) return std::string{option.names};
  const std::size_t comma = option.names.find(',');
  std::string names = comma == option.names.npos
                          ? fmt::format("    {}", option.names)
                          : fmt::format("{}, {}", option.names.substr(0, comma), option.label());
  if (option.kind != ValueKind::flag) names.append(" ").append(value_name(option.kind));
  return names;
}

void append_rows(std::string& out, std::span<const Option> options, bool operands) {
  for (const Option& option : options)
    if (option.is_operand() == operands && !option.is_hidden)
      append_row(out, names_of(option), option.help);
}

}  // namespace

std::string general_help(std::span<const Command* const> commands) {
  std::string out = std::string{introduction} + list_of(commands) + std::string{rest};
  for (const auto& [exit, meaning] : exit_meanings)
    fmt::format_to(std::back_inserter(out), "  {:>3}  {}\n", static_cast<int>(exit), meaning);
  return out;
}

std::string group_help(std::span<const Command* const> commands, std::string_view group) {
  return list_of(commands, group) + "\nWhat each takes: mapctl help COMMAND\n";
}

std::string command_help(const Command& command) {
  std::string out = fmt::format("{}\n\nUsage: mapctl {} {} [OPTIONS]\n\n", command.summary,
                                command.name(), usage(command));
  append_rows(out, command.options, true);
  out += "\nOptions:\n";
  append_rows(out, command.options, false);
  append_rows(out, global_options(command.types), false);
  out += "\nExamples:\n";
  for (std::string_view rest = command.examples; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    fmt::format_to(std::back_inserter(out), "  mapctl {}\n", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Exit print_help(const std::string& text) {
  Stream stream(1);
  stream.buffer() += text;
  stream.finish();
  return Exit::done;
}

}  // namespace mapctl::cli
