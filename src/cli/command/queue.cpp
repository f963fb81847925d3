// pop, push and peek: taking values out, queues and stacks.

#include <fmt/format.h>

#include "commands.hpp"
#include "entry.hpp"
#include "map_ref.hpp"

namespace mapctl::cli {

namespace {

void report_empty(const Map& map, const Session& session) {
  report({"empty", Exit::no, fmt::format("{} is empty", map.label())}, session.json());
}

Exit pop_key(Map& map, const PopOptions& options, const Session& session) {
  const Schema schema = schema_for(map, session);
  const Bytes key = encode_key(map, schema, options.key);
  const std::optional<Bytes> value =
      attempting(fmt::format("pop {} from {}", key_label(schema, key), map.label()),
                 [&] { return map.pop(key); });
  if (!value) {
    report_absent(map, schema, key, session);
    return Exit::no;
  }
  const EntryPrinter printer(schema, EntryPrinter::Parts::entry);
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, key, *value);
  results.finish();
  return Exit::done;
}

Exit pop_values(Map& map, const PopOptions& options, const Session& session) {
  const Schema schema = schema_for(map, session);
  const EntryPrinter printer(schema, EntryPrinter::Parts::value);
  std::optional<Bytes> value = map.pop();
  if (!value) {
    report_empty(map, session);
    return Exit::no;
  }
  Results results(session, options.count == 1 ? Document::answer : Document::list,
                  printer.columns());
  for (std::size_t taken = 1; value; ++taken) {
    printer.print(*results, {}, *value);
    value = taken < options.count ? map.pop() : std::nullopt;
  }
  results.finish();
  return Exit::done;
}

}  // namespace

Exit pop(const PopOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  const bool keyless = is_keyless(map.info().type);
  if (keyless && !options.key.empty())
    throw usage_error(fmt::format("a {} has no keys", type_name(map.info().type)),
                      {fmt::format("take the next value: mapctl pop {}", options.map)});
  if (!keyless && options.key.empty())
    throw usage_error(fmt::format("which entry of {} to pop?", map.label()),
                      {fmt::format("name its key: mapctl pop {} KEY", options.map)});
  return keyless ? pop_values(map, options, session) : pop_key(map, options, session);
}

Exit push(const PushOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  if (!is_keyless(map.info().type))
    throw usage_error(fmt::format("values are pushed to queues and stacks, and {} is a {}",
                                  map.label(), type_name(map.info().type)),
                      {fmt::format("put an entry instead: mapctl put {} KEY VALUE", options.map)});
  const Schema schema = schema_for(map, session);
  std::vector<Bytes> values;
  for (const std::string& text : options.values)
    encode_value(map, schema, text, values.emplace_back(map.value_bytes()));
  for (const Bytes& value : values)
    attempting(fmt::format("push a value to {}", map.label()),
               [&] { map.put({}, value, options.force ? Update::replace : Update::any); });
  return Exit::done;
}

Exit peek(const MapOptions& options, const Session& session) {
  const Map map = open_map(options.map, Access::read_only);
  if (!is_keyless(map.info().type))
    throw usage_error(fmt::format("peek is for queues and stacks, and {} is a {}", map.label(),
                                  type_name(map.info().type)),
                      {fmt::format("read an entry by its key: mapctl get {} KEY", options.map)});
  const Schema schema = schema_for(map, session);
  const std::optional<Bytes> value = map.get({});
  if (!value) {
    report_empty(map, session);
    return Exit::no;
  }
  const EntryPrinter printer(schema, EntryPrinter::Parts::value);
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, {}, *value);
  results.finish();
  return Exit::done;
}

}  // namespace mapctl::cli
