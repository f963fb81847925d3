#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"

namespace mapctl::cli {

namespace {

struct PinOptions {
  std::string map;
  std::string path;
};

Exit pin(const PinOptions& options, const Session& session) {
  if (options.path.starts_with("id:") || options.path.starts_with("name:"))
    throw usage_error(fmt::format("{} would never be found under that name", options.path),
                      {"id: and name: stand for maps in the kernel; use another name"});
  const Map map = open_map(options.map, Access::read_only);
  map.pin(new_pin_path(options.path, false));
  print_done(session, {{"id", map.info().id}});
  return Exit::done;
}

constexpr Option pin_options[] = {
    map_operand<&PinOptions::map>(),
    operand<&PinOptions::path>("PATH", ValueKind::pin,
                               "where to pin it, on a bpffs; a name cannot hold a dot"),
};

}  // namespace

const Command pin_command("pin", "give a map a name on a bpffs", Types::none, action_of<pin>,
                          pin_options,
                          "pin id:42 visits\n"
                          "pin name:visits /sys/fs/bpf/visits",
                          {.changes_names = true});

}  // namespace mapctl::cli
