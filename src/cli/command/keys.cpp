#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/walk.hpp"

namespace mapctl::cli {

namespace {

struct KeysOptions {
  std::string map;
  bool stats = false;
};

Exit keys(const KeysOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::next_key, session);
  const EntryPrinter printer(target->shown(), EntryPrinter::Parts::key);
  Results results(session, Document::list, printer.columns());
  Progress progress(session, Progress::Prints::results, "reading");
  const WalkStats stats = walk(
      target->map, MapReader::Wanted::keys,
      [&](const Chunk& chunk, std::size_t i) { printer.print(*results, chunk.key(i), {}); },
      &progress);
  progress.clear();
  results.finish();
  note_walk(target->map, stats, options.stats);
  return Exit::done;
}

constexpr Option keys_options[] = {
    map_operand<&KeysOptions::map>(),
    stats<&KeysOptions::stats>(),
};

}  // namespace

const Command keys_command("keys", "print all keys", Types::all, action_of<keys>, keys_options,
                           "keys visits\n"
                           "keys blocklist --stats");

}  // namespace mapctl::cli
