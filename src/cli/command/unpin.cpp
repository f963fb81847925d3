#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/session/confirm.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

struct UnpinOptions {
  std::string path;
};

/// Returns true if another pin or a program keeps the map alive. If this cannot be determined,
/// returns false: an unnecessary question is better than a lost map.
bool has_other_references(const Map& map) {
  const auto users = programs_using(map);
  return pins_of(pins_by_id(), map.info().id).size() > 1 || (users && !users->empty());
}

/// Refuses other objects: programs stop and links detach when their last pin is removed.
void expect_map(const std::filesystem::path& path) {
  const ObjectKind kind = pin_kind(path);
  if (kind == ObjectKind::map) return;
  throw Failed(
      {"not_a_map",
       Exit::not_found,
       fmt::format("cannot unpin {}: it is a pinned {}, not a map", path.string(), name(kind)),
       {},
       {"for the filter's: mapctl filter unload IFACE", "for any other: rm"}});
}

void confirm_last_reference(const std::filesystem::path& path, const Session& session) {
  if (session.yes) return;
  const Map map = Map::open(path, Access::read_only);
  if (!has_other_references(map))
    confirm(session, fmt::format("unpin {}", path.string()),
            "no other pin and no program keeps the map, so its entries would be lost");
}

Exit unpin(const UnpinOptions& options, const Session& session) {
  const std::filesystem::path path = pin_path(options.path);
  if (!is_dangling_link(path)) {  // such a link keeps nothing
    expect_map(path);
    confirm_last_reference(path, session);
  }
  if (session.only_check) return Exit::done;
  mapctl::unpin(path);
  print_done(session);
  return Exit::done;
}

constexpr Option unpin_options[] = {
    operand<&UnpinOptions::path>("PATH", ValueKind::pin, "the pin to remove"),
};

}  // namespace

const Command unpin_command("unpin", "remove that name", Types::none, action_of<unpin>,
                            unpin_options,
                            "unpin visits\n"
                            "unpin /sys/fs/bpf/visits --yes",
                            {.changes_names = true, .can_check = true});

}  // namespace mapctl::cli
