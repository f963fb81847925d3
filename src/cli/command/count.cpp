#include "cli/naming/map_ref.hpp"
#include "cli/options/commands.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

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

}  // namespace mapctl::cli
