// dump and keys: the whole map, streamed chunk by chunk.

#include "cli/command/commands.hpp"
#include "cli/command/dump_inner.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/selection.hpp"
#include "cli/entry/walk.hpp"

namespace mapctl::cli {

namespace {

struct KeysOptions {
  std::string map;
  bool stats = false;
};

void refuse_with_recursive(const Selection& selection) {
  if (selection.is_everything()) return;
  throw usage_error("--recursive prints the entries of many maps, and selects none of them",
                    {"leave it out, or leave out --where, --sort and --limit",
                     "dump an inner map by the id that is its value: id:N"});
}

Exit dump(const DumpOptions& options, const Session& session) {
  if (options.recursive) {
    refuse_with_recursive(options.selection);
    return dump_inner(options, session);
  }
  const auto target = open_target(options.map, Operation::next_key, session);
  Schema fields = selectable(*target);
  std::optional<CpuSum> sum;
  if (options.sum) {
    sum.emplace(*target);
    fields.per_cpu = false;
  }
  const EntryPrinter printer(sum ? sum->schema() : target->shown(), EntryPrinter::Parts::entry);
  std::optional<Results> results;
  Selector selector(options.selection, fields,
                    [&](ByteView key, ByteView value) { printer.print(**results, key, value); });
  results.emplace(session, Document::list, printer.columns());
  const auto take = [&](const Chunk& chunk, std::size_t i) {
    const ByteView key = chunk.key(i);
    return sum ? selector.take(key, sum->of(key, chunk.value(i)))
               : selector.take(key, chunk.value(i));
  };
  Progress progress(session, Progress::Prints::results, "reading");
  const WalkStats stats = walk(target->map, MapReader::Wanted::entries, take, &progress);
  progress.clear();
  selector.finish();
  results->finish();
  note_walk(target->map, stats, options.stats, selector.was_all() ? Extent::whole : Extent::part);
  return Exit::done;
}

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

constexpr Option dump_options[] = {
    map_operand<&DumpOptions::map>(),
    cpu_sum<&DumpOptions::sum>(),
    select_where<&DumpOptions::selection>(),
    select_sort<&DumpOptions::selection>(),
    select_limit<&DumpOptions::selection>(),
    stats<&DumpOptions::stats>(),
    flag<&DumpOptions::recursive>("-r,--recursive", "map of maps: the entries of the maps in it"),
};

constexpr std::string_view dump_examples[] = {
    "mapctl dump visits",
    "mapctl dump visits --where 'hits > 100' --sort -hits --limit 10",
    "mapctl dump blocklist --where 'key in 10.0.0.0/8' -o json",
};

constexpr Option keys_options[] = {
    map_operand<&KeysOptions::map>(),
    stats<&KeysOptions::stats>(),
};

constexpr std::string_view keys_examples[] = {
    "mapctl keys visits",
    "mapctl keys blocklist --stats",
};

}  // namespace

const Command dump_command{.name = "dump",
                           .aliases = "cat",
                           .summary = "print all entries",
                           .types = Types::all,
                           .action = action_of<dump>,
                           .options = dump_options,
                           .examples = dump_examples};

const Command keys_command{.name = "keys",
                           .summary = "print all keys",
                           .types = Types::all,
                           .action = action_of<keys>,
                           .options = keys_options,
                           .examples = keys_examples};

}  // namespace mapctl::cli
