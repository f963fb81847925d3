#include "cli/call/help.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mapctl::cli {

namespace {

constexpr std::string_view introduction = R"(mapctl manages BPF maps.

Usage: mapctl COMMAND [ARGUMENTS] [OPTIONS]

)";

constexpr std::string_view rest = R"(
MAP is the /path of a pin, a NAME (a pin in $MAPCTL_BPFFS, default /sys/fs/bpf,
else the one kernel map of that name), name:NAME or id:N.

KEY and VALUE are read by the map's own types: 42, 0x2a, 192.0.2.7,
10.0.0.0/8, 02:00:00:aa:bb:cc, drop, action=drop,tag=7, [1,2,3], hex:0a000001;
@FILE reads a text from a file, - from standard input, -- ends the options.

Options of every command:
  -o, --output FORMAT   table, plain, json, jsonl or csv
  -y, --yes             do not ask before what cannot be undone
  -h, --help            what a command takes: mapctl help COMMAND

Exit codes: 0 done, 1 the answer is no, 2 wrong call or text, 3 no such map,
4 permission, 5 map full, 6 the kernel refuses, 9 internal, 10 partly applied.
)";

std::string list_of(std::span<const CommandHelp> commands) {
  std::string out;
  for (const CommandHelp& command : commands) {
    const std::string call = fmt::format("{} {}", command.name, command.arguments);
    if (call.size() > 26)
      fmt::format_to(std::back_inserter(out), "  {}\n  {:26}{}\n", call, "", command.summary);
    else
      fmt::format_to(std::back_inserter(out), "  {:26}{}\n", call, command.summary);
  }
  return out;
}

}  // namespace

std::string general_help(std::span<const CommandHelp> commands) {
  return std::string{introduction} + list_of(commands) + std::string{rest};
}

std::string group_help(std::span<const CommandHelp> commands) {
  return list_of(commands) + "\nWhat each takes: mapctl help COMMAND\n";
}

void print_help(const std::string& text) {
  Stream stream(1);
  stream.buffer() += text;
  stream.finish();
}

Exit print_version(const Session& session) {
  if (!session.json()) {
    print_help("mapctl " MAPCTL_VERSION "\n");
    return Exit::done;
  }
  Results results(session, Document::record);
  results->begin_struct();
  results->member("version");
  results->word(MAPCTL_VERSION);
  results->end_struct();
  results.finish();
  return Exit::done;
}

}  // namespace mapctl::cli
