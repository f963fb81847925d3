// dump and keys: print the whole map, chunk by chunk.

#include "cli/command/commands.hpp"
#include "cli/command/dump_inner.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/selection.hpp"
#include "cli/entry/walk.hpp"

namespace mapctl::cli {

namespace {

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

constexpr Option dump_options[] = {
    map_operand<&DumpOptions::map>(),
    cpu_sum<&DumpOptions::sum>(),
    select_where<&DumpOptions::selection>(),
    select_sort<&DumpOptions::selection>(),
    select_limit<&DumpOptions::selection>(),
    stats<&DumpOptions::stats>(),
    flag<&DumpOptions::recursive>("-r,--recursive", "map of maps: the entries of the maps in it"),
};

}  // namespace

const Command dump_command("dump,cat", "print all entries", Types::all, action_of<dump>,
                           dump_options,
                           "dump visits\n"
                           "dump visits --where 'hits > 100' --sort -hits --limit 10\n"
                           "dump blocklist --where 'key in 10.0.0.0/8' -o json");

}  // namespace mapctl::cli
