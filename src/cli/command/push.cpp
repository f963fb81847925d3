#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

struct PushOptions {
  std::string map;
  std::vector<std::string> values;
  bool force = false;  ///< drop the oldest value if the map is full
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
        {fmt::format("put an entry instead: mapctl put {} KEY VALUE", shell_word(options.map))});
  const std::vector<Bytes> values = encode_values(*target, options.values);
  if (session.only_check) return Exit::done;
  step_by_step(values, [&](const Bytes& value) {
    attempting([&] { return fmt::format("push a value to {}", map.label()); },
               [&] { map.put({}, value, options.force ? Update::replace : Update::any); });
  });
  print_done(session, {{"pushed", values.size()}});
  return Exit::done;
}

constexpr Option push_options[] = {
    map_operand<&PushOptions::map>(),
    operand<&PushOptions::values>("VALUE", ValueKind::value, "values to push, in this order"),
    flag<&PushOptions::force>("--force", "when it is full, drop the oldest value"),
};

}  // namespace

const Command push_command("push,enqueue", "add values to a queue, stack or bloom filter",
                           Types::all, action_of<push>, push_options,
                           "push jobs 7 8 9\n"
                           "push jobs 10 --force",
                           {.can_check = true});

}  // namespace mapctl::cli
