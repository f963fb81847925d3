#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

struct PopOptions {
  std::string map;
  std::optional<std::string> key{};  ///< empty for queue and stack
  std::optional<std::uint32_t> count{};
};

/// The values cannot be put back in their order, and some of them may have been read.
void note_taken(const Map& map, std::size_t count) {
  note(fmt::format("values taken out of {}: {}; those that could not be written are lost",
                   map.label(), count));
}

Exit pop_key(Target& target, const std::string& text, const Session& session) {
  const Encoded key = encode_key(target, text);
  const std::optional<Bytes> value = attempting(
      [&] { return fmt::format("pop {} from {}", label(target, key), target.map.label()); },
      [&] { return target.map.pop(key.bytes); });
  if (!value) return report_absent(target.map, {{label(target, key)}});
  try {
    return print_answer(session, {target.shown(), EntryPrinter::Parts::entry}, key, *value);
  } catch (const OutputFailed&) {
    note_taken(target.map, 1);
    throw;
  }
}

/// Prints the values that were removed, even if a later pop fails.
Exit pop_values(Target& target, std::size_t count, const Session& session) {
  const EntryPrinter printer(target.shown(), EntryPrinter::Parts::value);
  std::optional<Bytes> value = target.map.pop();
  if (!value) return report({"empty", Exit::no, fmt::format("{} is empty", target.map.label())});
  Results results(session, count == 1 ? Document::answer : Document::list, printer.columns());
  std::optional<Error> failure;
  std::size_t taken = 0;
  try {
    while (value) {
      ++taken;
      printer.print(*results, ByteView{}, *value);
      value.reset();
      try {
        if (taken < count) value = target.map.pop();
      } catch (Error& error) {
        failure = error.enrich({.done = taken});
      }
    }
    results.finish();
  } catch (const OutputFailed&) {
    note_taken(target.map, taken);
    throw;
  }
  if (failure) throw *failure;
  return Exit::done;
}

Exit pop(const PopOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::pop, session);
  const Map& map = target->map;
  const bool keyless = is_keyless(map.info().type);
  if (keyless && options.key)
    throw usage_error(fmt::format("maps of type {} have no keys", type_name(map.info().type)),
                      {fmt::format("take the next value: mapctl pop {}", shell_word(options.map))});
  if (!keyless && !options.key)
    throw usage_error(fmt::format("which entry of {} to pop?", map.label()),
                      {fmt::format("name its key: mapctl pop {} KEY", shell_word(options.map))});
  if (options.key && options.count)
    throw usage_error("--count is for queues and stacks; a key has one entry");
  return keyless ? pop_values(*target, options.count.value_or(1), session)
                 : pop_key(*target, *options.key, session);
}

constexpr Option pop_options[] = {
    map_operand<&PopOptions::map>(),
    operand<&PopOptions::key>("KEY", ValueKind::key, "key; none for queues and stacks"),
    number<&PopOptions::count>("-c,--count", "take up to this many values of a queue or stack")
        .from(1),
};

}  // namespace

const Command pop_command("pop,dequeue", "take an entry out and print it", Types::all,
                          action_of<pop>, pop_options,
                          "pop visits 192.0.2.7\n"
                          "pop jobs --count 10");

}  // namespace mapctl::cli
