#include "cli/session/failure.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "cli/naming/map_ref.hpp"
#include "cli/output/stream.hpp"
#include "cli/session/progress.hpp"
#include "map/error/printable.hpp"
#include "mapctl/filter/status.hpp"
#include "text/literal/json_string.hpp"

namespace mapctl::cli {

namespace {

bool messages_as_json = false;

/// The line of a file that messages are about.
struct {
  std::string file{};
  std::size_t line = 0;
} source;

/// With the line it is about in front.
std::string located(const std::string& message) {
  return source.line == 0 ? message : fmt::format("{}:{}: {}", source.file, source.line, message);
}

/// Names that others chose are part of messages, and must not steer a terminal.
std::string for_people(const std::string& text) {
  return isatty(STDERR_FILENO) != 0 ? printable(text) : text;
}

/// Nothing can be done where stderr is closed or full, and what was done stays done.
void print_message(const std::string& text) {
  Progress::clear();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

Exit exit_of(const Error::Details& details) {
  if (details.done.value_or(0) > 0) return Exit::partial;
  switch (details.cause) {
    case Cause::exists:
    case Cause::absent:
      return Exit::no;
    case Cause::bad_name:
    case Cause::out_of_range:
      return Exit::usage;
    case Cause::not_found:
    case Cause::not_a_map:
    case Cause::not_bpffs:
      return Exit::not_found;
    case Cause::permission:
      return Exit::permission;
    case Cause::full:
      return Exit::full;
    case Cause::frozen:
    case Cause::unsupported:
    case Cause::invalid:
    case Cause::busy:
    case Cause::no_memory:
    case Cause::other:
      return Exit::refused;
  }
  return Exit::internal;
}

bool can_be_saved(MapType type) {
  return can(type, Operation::lookup) && can(type, Operation::next_key);
}

/// The filter that runs with the map of that name, if one does.
std::optional<std::string> filter_with(const std::string& map) try {
  constexpr std::string_view ending = "_map";
  if (!map.ends_with(ending)) return std::nullopt;
  const FilterPins pins(bpffs_directory(), map.substr(0, map.size() - ending.size()));
  return filter_interfaces(pins).empty() ? std::nullopt : std::optional{pins.name()};
} catch (const Error&) {
  return std::nullopt;
} catch (const BadInput&) {
  return std::nullopt;
}

/// What to do: as the library says, but where the tool has a command for it.
std::vector<std::string> advice(const Error::Details& details) {
  if (details.cause == Cause::full && is_keyless(details.type))
    return {"take values out with 'mapctl pop', or drop the oldest with --force"};
  if (details.cause == Cause::full && details.type == MapType::lpm_trie)
    if (const std::optional<std::string> filter = filter_with(details.map))
      return {
          fmt::format("delete rules, or give the filter a larger map: mapctl filter status "
                      "--name {} tells how",
                      *filter)};
  if (details.cause == Cause::full && can_be_saved(details.type) && !details.map.empty())
    return {"delete entries, or rebuild it larger: " +
            larger_map(details.map, 4 * std::uint64_t{details.max_entries})};
  return details.fix;
}

std::string why(const Error::Details& details) {
  if (details.done.value_or(0) == 0) return details.why;
  const std::string progress = fmt::format("{} before it {} done, and nothing after it",
                                           *details.done, *details.done == 1 ? "was" : "were");
  return details.why.empty() ? progress : fmt::format("{}; {}", details.why, progress);
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

Failure explain(const OutputFailed& error) {
  if (error.error_number() == EPIPE) return {"reader_gone", Exit::reader_gone, {}};
  if (error.error_number() == EINTR)
    return {"interrupted", Exit::interrupted, "interrupted before the results were written"};
  return {"output",
          Exit::internal,
          fmt::format("cannot write the results: {}", std::strerror(error.error_number())),
          "what standard output got so far is incomplete",
          {"make room, or send the output somewhere else"}};
}

}  // namespace

Failed usage_error(std::string message, std::vector<std::string> fix) {
  return Failed({"usage", Exit::usage, std::move(message), {}, std::move(fix)});
}

Failure explain(const Error& error) {
  const Error::Details& details = error.details();
  return {std::string{code(details.cause)}, exit_of(details), error.what(), why(details),
          advice(details)};
}

Failure current_failure() {
  try {
    throw;
  } catch (const Failed& error) {
    return error.failure();
  } catch (const BadInput& error) {
    return {"bad_input", Exit::usage, error.what(), {}, error.fix()};
  } catch (const Error& error) {
    return explain(error);
  } catch (const OutputFailed& error) {
    return explain(error);
  } catch (const std::exception& error) {
    return {"internal", Exit::internal, fmt::format("an error of mapctl itself: {}", error.what())};
  }
}

Failed bad_data(const std::string& place, const BadInput& error) {
  return Failed(
      {"bad_input", Exit::bad_data, fmt::format("{}: {}", place, error.what()), {}, error.fix()});
}

std::string larger_map(const std::string& map, std::uint64_t entries) {
  return fmt::format("mapctl save {} -f f.jsonl && mapctl restore {} -f f.jsonl --max-entries {}",
                     map, (bpffs_directory() / "bigger").string(), entries);
}

void set_messages_as_json(bool as_json) { messages_as_json = as_json; }

MessageLine::MessageLine(std::string file, std::size_t line)
    : outer_file_(std::exchange(source.file, std::move(file))),
      outer_line_(std::exchange(source.line, line)) {}

MessageLine::~MessageLine() {
  source.file = std::move(outer_file_);
  source.line = outer_line_;
}

void report(const Failure& failure) {
  if (failure.message.empty()) return;
  print_message(messages_as_json ? json_line(failure) : text_lines(failure));
}

std::string note_line(const std::string& text) {
  if (!messages_as_json) return fmt::format("mapctl: note: {}\n", for_people(located(text)));
  std::string line = "{";
  append_json_member(line, "note", located(text));
  line += "}\n";
  return line;
}

void note(const std::string& text) { print_message(note_line(text)); }

}  // namespace mapctl::cli
