// keys, next and count: what a map holds, without its values.

#include <fmt/format.h>

#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/walk.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/row.hpp"

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

struct NextOptions {
  std::string map;
  std::optional<std::string> key{};
};

Exit next(const NextOptions& options, const Session& session) {
  const auto target = open_target(options.map, Operation::next_key, session);
  const Map& map = target->map;
  const Encoded after = options.key ? encode_key(*target, *options.key) : Encoded{};
  const std::optional<Bytes> key = map.next_key(after.bytes);
  if (!key)
    return report({"end", Exit::no,
                   options.key
                       ? fmt::format("{} is the last key of {}", label(*target, after), map.label())
                       : fmt::format("{} is empty", map.label())});
  const EntryPrinter printer(target->shown(), EntryPrinter::Parts::key);
  Results results(session, Document::answer, printer.columns());
  printer.print(*results, *key, {});
  results.finish();
  return Exit::done;
}

Exit count(const MapOptions& options, const Session& session) {
  const Map map = open_map(options.map, Access::read_only);
  const std::uint64_t entries = count_entries(map);
  Results results(session, Document::answer, {{"count"}});
  Row(*results).begin().integer("count", entries).end();
  results.finish();
  return Exit::done;
}

constexpr Option keys_options[] = {
    map_operand<&KeysOptions::map>(),
    stats<&KeysOptions::stats>(),
};

constexpr Option next_options[] = {
    map_operand<&NextOptions::map>(),
    operand<&NextOptions::key>("KEY", ValueKind::key, "the key before; without it, the first key"),
};

}  // namespace

const Command keys_command("keys", "print all keys", Types::all, action_of<keys>, keys_options,
                           "keys visits\n"
                           "keys blocklist --stats");

const Command next_command("next,getnext", "print the key after this one", Types::all,
                           action_of<next>, next_options,
                           "next visits\n"
                           "next visits 192.0.2.7");

const Command count_command("count", "print how many entries there are", Types::none,
                            action_of<count>, map_options,
                            "count visits\n"
                            "count id:42 -o json");

}  // namespace mapctl::cli
