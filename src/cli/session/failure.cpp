#include "cli/session/failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "cli/output/stream.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

constexpr const char* rebuild = "mapctl resize {0} --max-entries {1}";

/// The command or option for the action; {0} and {1} are the objects of the remedy.
std::string_view command_of(Remedy::Action action) {
  switch (action) {
    case Remedy::none:
    case Remedy::gain_capability:
      return {};
    case Remedy::list_maps:
      return "mapctl list";
    case Remedy::enlarge_map:
      return rebuild;
    case Remedy::peek_value:
      return "mapctl peek {0}";
    case Remedy::pop_value:
      return "mapctl pop {0}";
    case Remedy::push_by_force:
      return "--force";
    case Remedy::read_events:
      return "mapctl events {0}";
    case Remedy::sum_cpus:
      return "--sum";
    case Remedy::pin_map:
      return "mapctl pin {0} {1}";
    case Remedy::unpin:
      return "mapctl unpin {0}";
    case Remedy::adopt_pin:
      return "--adopt";
    case Remedy::load_filter:
      return "mapctl filter load IFACE";
    case Remedy::unload_filter:
      return "mapctl filter unload {0} --name {1}";
    case Remedy::purge_filter:
      return "mapctl filter unload IFACE --purge";
    case Remedy::replace_program:
      return "--replace";
    case Remedy::set_lifetime:
      return "--ttl {0}";
  }
  return {};
}

std::string sentence(const Remedy& remedy) {
  const std::string_view command = command_of(remedy.action);
  if (command.empty()) return remedy.text;
  std::vector<std::string> about;
  for (const std::string& object : remedy.about) about.push_back(shell_word(object));
  about.resize(2);
  return fmt::format("{}: {}", remedy.text,
                     fmt::vformat(command, fmt::make_format_args(about[0], about[1])));
}

Exit exit_of(Cause cause) {
  switch (cause) {
    case Cause::not_found:
    case Cause::not_a_map:
    case Cause::not_bpffs:
      return Exit::not_found;
    case Cause::bad_name:
    case Cause::out_of_range:
      return Exit::usage;
    case Cause::exists:
    case Cause::absent:
      return Exit::no;
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
  return Exit::refused;
}

Exit exit_of(const Error::Details& details) {
  if (details.done.value_or(0) > 0) return Exit::partial;
  return exit_of(details.cause);
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
  return fmt::format(rebuild, shell_word(map), entries);
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
