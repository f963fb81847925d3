// dump and keys: the whole map, streamed chunk by chunk.

#include "command/dump_inner.hpp"
#include "commands.hpp"
#include "entry.hpp"
#include "walk.hpp"

namespace mapctl::cli {

Exit dump(const DumpOptions& options, const Session& session) {
  if (options.recursive) return dump_inner(options, session);
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
