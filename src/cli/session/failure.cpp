#include "cli/session/failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

#include "cli/output/stream.hpp"

namespace mapctl::cli {

namespace {

constexpr const char* rebuild =
    "mapctl save {0} -f f.jsonl && mapctl restore bigger -f f.jsonl --max-entries {1}";

/// The command or option for each action; {0} and {1} are the objects of the remedy.
constexpr const char* commands[] = {
    "",                                     // none
    "",                                     // gain_capability
    "mapctl list",                          // list_maps
    rebuild,                                // enlarge_map
    "mapctl peek {0}",                      // peek_value
    "mapctl pop {0}",                       // pop_value
    "--force",                              // push_by_force
    "mapctl events {0}",                    // read_events
    "--sum",                                // sum_cpus
    "mapctl pin {0} {1}",                   // pin_map
    "mapctl unpin {0}",                     // unpin
    "--adopt",                              // adopt_pin
    "mapctl filter load IFACE",             // load_filter
    "mapctl filter unload {0} --name {1}",  // unload_filter
    "mapctl filter unload IFACE --purge",   // purge_filter
    "--replace",                            // replace_program
};
static_assert(std::size(commands) == static_cast<std::size_t>(Remedy::replace_program) + 1);

std::string sentence(const Remedy& remedy) {
  const std::string_view command = commands[static_cast<std::size_t>(remedy.action)];
  if (command.empty()) return remedy.text;
  std::vector<std::string> about = remedy.about;
  about.resize(2);
  return fmt::format("{}: {}", remedy.text,
                     fmt::vformat(command, fmt::make_format_args(about[0], about[1])));
}

constexpr Exit exits[] = {
    Exit::not_found,   // not_found
    Exit::not_found,   // not_a_map
    Exit::not_found,   // not_bpffs
    Exit::usage,       // bad_name
    Exit::no,          // exists
    Exit::no,          // absent
    Exit::permission,  // permission
    Exit::full,        // full
    Exit::usage,       // out_of_range
    Exit::refused,     // frozen
    Exit::refused,     // unsupported
    Exit::refused,     // invalid
    Exit::refused,     // busy
    Exit::refused,     // no_memory
    Exit::refused,     // other
};
static_assert(std::size(exits) == static_cast<std::size_t>(Cause::other) + 1);

Exit exit_of(const Error::Details& details) {
  if (details.done.value_or(0) > 0) return Exit::partial;
  return exits[static_cast<std::size_t>(details.cause)];
}

std::string why(const Error::Details& details) {
  if (details.done.value_or(0) == 0) return details.why;
  const std::string progress = fmt::format("{} before it {} done, and nothing after it",
                                           *details.done, *details.done == 1 ? "was" : "were");
  return details.why.empty() ? progress : fmt::format("{}; {}", details.why, progress);
}

Failure explain(const OutputFailed& error) {
  if (error.error_number == EPIPE) return {"reader_gone", Exit::reader_gone, {}};
  if (error.error_number == EINTR)
    return {"interrupted", Exit::interrupted, "interrupted before the results were written"};
  return {"output",
          Exit::internal,
          fmt::format("cannot write the results: {}", std::strerror(error.error_number)),
          "what standard output got so far is incomplete",
          {"make room, or send the output somewhere else"}};
}

}  // namespace

std::vector<std::string> advice(const std::vector<Remedy>& remedies) {
  std::vector<std::string> sentences;
  for (const Remedy& remedy : remedies) sentences.push_back(sentence(remedy));
  return sentences;
}

std::string larger_map(const std::string& map, std::uint64_t entries) {
  return fmt::format(rebuild, map, entries);
}

Failed usage_error(std::string message, std::vector<std::string> fix) {
  return Failed({"usage", Exit::usage, std::move(message), {}, std::move(fix)});
}

Failure explain(const Error& error) {
  const Error::Details& details = error.details();
  return {std::string{code(details.cause)}, exit_of(details), error.what(), why(details),
          advice(details.fix)};
}

Failure current_failure() {
  try {
    throw;
  } catch (const Failed& error) {
    return error.failure();
  } catch (const BadInput& error) {
    return {"bad_input", Exit::usage, error.what(), {}, advice(error.fix())};
  } catch (const Error& error) {
    return explain(error);
  } catch (const OutputFailed& error) {
    return explain(error);
  } catch (const std::bad_alloc&) {
    return {"no_memory", Exit::internal, "out of memory"};
  } catch (const std::exception& error) {
    return {"internal", Exit::internal, fmt::format("an error of mapctl itself: {}", error.what())};
  }
}

Failed bad_data(const std::string& place, const BadInput& error) {
  return Failed({"bad_input",
                 Exit::bad_data,
                 fmt::format("{}: {}", place, error.what()),
                 {},
                 advice(error.fix())});
}

}  // namespace mapctl::cli
