// push, peek and pop: the commands for queues and stacks; pop also takes an entry by its key.

#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"

namespace mapctl::cli {

namespace {

struct PushOptions {
  std::string map;
  std::vector<std::string> values;
  bool force = false;  ///< drop the oldest value if the map is full
};

struct PopOptions {
  std::string map;
  std::optional<std::string> key{};  ///< empty for queue and stack
  std::optional<std::uint32_t> count{};
};

bool takes_values(const Map& map) {
  return is_keyless(map.info().type) || map.info().type == MapType::bloom_filter;
}

Exit push(const PushOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::update, session);
  Map& map = target->map;
  if (!takes_values(map))
    throw usage_error(
        fmt::format("values are pushed to queues, stacks and bloom filters, and {} is of type {}",
                    map.label(), type_name(map.info().type)),
        {fmt::format("put an entry instead: mapctl put {} KEY VALUE", options.map)});
  const std::vector<Bytes> values = encode_values(*target, options.values);
  if (session.only_check) return Exit::done;
  step_by_step(values, [&](const Bytes& value) {
    attempting([&] { return fmt::format("push a value to {}", map.label()); },
               [&] { map.put({}, value, options.force ? Update::replace : Update::any); });
  });
  return Exit::done;
}

Exit report_empty(const Map& map) {
  return report({"empty", Exit::no, fmt::format("{} is empty", map.label())});
}

Exit print_answer(const Session& session, const EntryPrinter& printer, const Encoded& key,
                  ByteView value) {
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, key, value);
  results.finish();
  return Exit::done;
}

Exit peek(const MapOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::lookup, session);
  const Map& map = target->map;
  if (!is_keyless(map.info().type))
    throw usage_error(fmt::format("peek is for queues and stacks, and {} is of type {}",
                                  map.label(), type_name(map.info().type)),
                      {fmt::format("read an entry by its key: mapctl get {} KEY", options.map)});
  const std::optional<Bytes> value = map.get({});
  if (!value) return report_empty(map);
  return print_answer(session, {target->shown(), EntryPrinter::Parts::value}, {}, *value);
}

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
  if (!value) return report_empty(target.map);
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
                      {fmt::format("take the next value: mapctl pop {}", options.map)});
  if (!keyless && !options.key)
    throw usage_error(fmt::format("which entry of {} to pop?", map.label()),
                      {fmt::format("name its key: mapctl pop {} KEY", options.map)});
  if (options.key && options.count)
    throw usage_error("--count is for queues and stacks; a key has one entry");
  return keyless ? pop_values(*target, options.count.value_or(1), session)
                 : pop_key(*target, *options.key, session);
}

constexpr Option push_options[] = {
    map_operand<&PushOptions::map>(),
    operand<&PushOptions::values>("VALUE", ValueKind::value, "values to push, in this order"),
    flag<&PushOptions::force>("--force", "when it is full, drop the oldest value"),
};

constexpr Option pop_options[] = {
    map_operand<&PopOptions::map>(),
    operand<&PopOptions::key>("KEY", ValueKind::key, "key; none for queues and stacks"),
    number<&PopOptions::count>("-c,--count", "take up to this many values of a queue or stack")
        .from(1),
};

}  // namespace

const Command push_command("push,enqueue", "add values to a queue, stack or bloom filter",
                           Types::all, action_of<push>, push_options,
                           "push jobs 7 8 9\n"
                           "push jobs 10 --force",
                           {.can_check = true});

const Command peek_command("peek", "print the next value of a queue or stack", Types::all,
                           action_of<peek>, map_options,
                           "peek jobs\n"
                           "peek jobs -o json");

const Command pop_command("pop,dequeue", "take an entry out and print it", Types::all,
                          action_of<pop>, pop_options,
                          "pop visits 192.0.2.7\n"
                          "pop jobs --count 10");

}  // namespace mapctl::cli
