#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"

namespace mapctl::cli {

namespace {

Exit freeze(const MapOptions& options, const Session& session) {
  Map map = open_map(options.map, Access::read_write);
  if (map.usage().frozen) {
    note(fmt::format("{} is frozen already", map.label()));
    return Exit::done;
  }
  confirm(session, fmt::format("freeze {}", map.label()),
          "it can never be written from user space again");
  map.freeze();
  return Exit::done;
}

constexpr std::string_view freeze_examples[] = {
    "mapctl freeze blocklist",
    "mapctl freeze id:42 --yes",
};

}  // namespace

const Command freeze_command{.name = "freeze",
                             .summary = "forbid writing from user space, for good",
                             .action = action_of<freeze>,
                             .options = map_options,
                             .examples = freeze_examples};

}  // namespace mapctl::cli
