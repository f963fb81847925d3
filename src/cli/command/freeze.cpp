#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/session/confirm.hpp"

namespace mapctl::cli {

namespace {

Exit freeze(const MapOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  if (map.usage().frozen) {
    note(fmt::format("{} is frozen already", map.label()));
    if (!session.only_check) print_done(session, {}, Changed::no);
    return Exit::done;
  }
  confirm(session, fmt::format("freeze {}", map.label()),
          "it can never be written from user space again");
  if (session.only_check) return Exit::done;
  map.freeze();
  print_done(session);
  return Exit::done;
}

}  // namespace

const Command freeze_command("freeze", "forbid writing from user space, for good", Types::none,
                             action_of<freeze>, map_options,
                             "freeze blocklist\n"
                             "freeze id:42 --yes",
                             {.can_check = true});

}  // namespace mapctl::cli
