// pop, push and peek: taking values out, queues and stacks.

#include <fmt/format.h>

#include "cli/entry/entry.hpp"
#include "cli/options/commands.hpp"

namespace mapctl::cli {

namespace {

Exit report_empty(const Map& map) {
  report({"empty", Exit::no, fmt::format("{} is empty", map.label())});
  return Exit::no;
}

Exit print_answer(const Session& session, const EntryPrinter& printer, const Encoded& key,
                  ByteView value) {
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, key, value);
  results.finish();
  return Exit::done;
}

/// They cannot be put back in their order, and some of them may have been read.
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
    return print_answer(session, {target.shown, EntryPrinter::Parts::entry}, key, *value);
  } catch (const OutputFailed&) {
    note_taken(target.map, 1);
    throw;
  }
}

/// What has left the map is printed, whatever happens to the next one.
Exit pop_values(Target& target, std::size_t count, const Session& session) {
  const EntryPrinter printer(target.shown, EntryPrinter::Parts::value);
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
      } catch (const Error& error) {
        failure = error.with_done(taken);
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

bool takes_values(const Map& map) {
  return is_keyless(map.info().type) || map.info().type == MapType::bloom_filter;
}

}  // namespace

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

Exit peek(const MapOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::lookup, session);
  const Map& map = target->map;
  if (!is_keyless(map.info().type))
    throw usage_error(fmt::format("peek is for queues and stacks, and {} is of type {}",
                                  map.label(), type_name(map.info().type)),
                      {fmt::format("read an entry by its key: mapctl get {} KEY", options.map)});
  const std::optional<Bytes> value = map.get({});
  if (!value) return report_empty(map);
  return print_answer(session, {target->shown, EntryPrinter::Parts::value}, {}, *value);
}

}  // namespace mapctl::cli
