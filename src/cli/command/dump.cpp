// dump and keys: the whole map, streamed chunk by chunk.

#include <fmt/format.h>

#include "commands.hpp"
#include "entry.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

namespace {

/// What others did to the map meanwhile is said, never hidden.
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

Exit print_all(const MapOptions& options, const Session& session, EntryPrinter::Parts parts) {
  const auto target = open_target(options.map, Operation::next_key, session);
  const Map& map = target->map;
  const EntryPrinter printer(target->shown, parts);
  const bool keys_only = parts == EntryPrinter::Parts::key;
  MapReader reader(map, keys_only ? MapReader::Wanted::keys : MapReader::Wanted::entries);
  Results results(session, Document::list, printer.columns());
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i)
      printer.print(*results, chunk->key(i), keys_only ? ByteView{} : chunk->value(i));
  results.finish();
  note_disturbance(map, reader.stats());
  return Exit::done;
}

}  // namespace

Exit dump(const MapOptions& options, const Session& session) {
  return print_all(options, session, EntryPrinter::Parts::entry);
}

Exit keys(const MapOptions& options, const Session& session) {
  return print_all(options, session, EntryPrinter::Parts::key);
}

}  // namespace mapctl::cli
