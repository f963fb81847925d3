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

/// Calls each(chunk, i) for all entries.
template <typename Each>
WalkStats walk(const Map& map, MapReader::Wanted wanted, Each each) {
  MapReader reader(map, wanted);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i) each(*chunk, i);
  return reader.stats();
}

}  // namespace

Exit dump(const DumpOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::next_key, session);
  std::optional<CpuSum> sum;
  if (options.sum) sum.emplace(*target);
  const EntryPrinter printer(sum ? sum->schema() : target->shown, EntryPrinter::Parts::entry);
  Results results(session, Document::list, printer.columns());
  const WalkStats stats =
      walk(target->map, MapReader::Wanted::entries, [&](const Chunk& chunk, std::size_t i) {
        const ByteView key = chunk.key(i);
        if (sum)
          printer.print(*results, key, sum->of(key, chunk.value(i)));
        else
          printer.print(*results, key, chunk.value(i));
      });
  results.finish();
  note_disturbance(target->map, stats);
  return Exit::done;
}

Exit keys(const MapOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::next_key, session);
  const EntryPrinter printer(target->shown, EntryPrinter::Parts::key);
  Results results(session, Document::list, printer.columns());
  const WalkStats stats =
      walk(target->map, MapReader::Wanted::keys,
           [&](const Chunk& chunk, std::size_t i) { printer.print(*results, chunk.key(i), {}); });
  results.finish();
  note_disturbance(target->map, stats);
  return Exit::done;
}

}  // namespace mapctl::cli
