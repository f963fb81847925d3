#include <fmt/format.h>

#include "cli/naming/map_ref.hpp"
#include "cli/options/commands.hpp"

namespace mapctl::cli {

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

}  // namespace mapctl::cli
