#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "map/error/printable.hpp"

namespace mapctl::cli {

namespace {

Exit peek(const MapOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::lookup, session);
  const Map& map = target->map;
  if (!is_keyless(map.info().type))
    throw usage_error(
        fmt::format("peek is for queues and stacks, and {} is of type {}", map.label(),
                    type_name(map.info().type)),
        {fmt::format("read an entry by its key: mapctl get {} KEY", shell_word(options.map))});
  const std::optional<Bytes> value = map.get({});
  if (!value) return report({"empty", Exit::no, fmt::format("{} is empty", map.label())});
  return print_answer(session, {target->shown(), EntryPrinter::Parts::value}, {}, *value);
}

}  // namespace

const Command peek_command("peek", "print the next value of a queue or stack", Types::all,
                           action_of<peek>, map_options,
                           "peek jobs\n"
                           "peek jobs -o json");

}  // namespace mapctl::cli
