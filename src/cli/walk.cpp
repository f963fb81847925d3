#include "walk.hpp"

#include <fmt/format.h>

#include "failure.hpp"

namespace mapctl::cli {

void check_complete(const Map& map, const WalkStats& stats) {
  if (stats.complete) return;
  throw Failed({"busy",
                Exit::refused,
                fmt::format("{} changes faster than it can be read", map.label()),
                fmt::format("{} entries were read before giving up", stats.entries),
                {"try again when fewer others write to it"}});
}

void note_disturbance(const Map& map, const WalkStats& stats) {
  if (!stats.complete)
    note(
        fmt::format("{} changed faster than it could be read: the list stops after {} entries and "
                    "may lack some",
                    map.label(), stats.entries));
  else if (stats.restarts > 0)
    note(fmt::format("{} changed while it was read: {} repeated entries were left out", map.label(),
                     stats.repeats));
}

}  // namespace mapctl::cli
