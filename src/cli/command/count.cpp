#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

namespace {

Exit count(const MapOptions& options, const Session& session) {
  const Map map = open_map(options.map, Access::read_only);
  const std::uint64_t entries = count_entries(map);
  Results results(session, Document::answer, {{"count"}});
  results->begin_struct();
  results->member("count");
  results->integer(entries);
  results->end_struct();
  results.finish();
  return Exit::done;
}

}  // namespace

const Command count_command("count", "print how many entries there are", Types::none,
                            action_of<count>, map_options,
                            "count visits\n"
                            "count id:42 -o json");

}  // namespace mapctl::cli
