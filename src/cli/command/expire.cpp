// expire: deletes the entries that have ended.

#include <fmt/format.h>

#include "cli/bulk/map_lock.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/entry.hpp"
#include "cli/entry/lifetime.hpp"
#include "cli/entry/walk.hpp"
#include "cli/output/interrupt.hpp"
#include "mapctl/chunk.hpp"

namespace mapctl::cli {

namespace {

struct ExpireOptions {
  std::string map;
  std::optional<std::uint32_t> patience = usual_patience;  ///< milliseconds
  bool dry_run = false;
};

/// The keys of the entries that have ended, one behind the other.
Bytes ended_keys(const Target& target, const End& end, const Session& session) {
  Progress progress(session, Progress::Prints::nothing, "reading");
  Bytes keys;
  const WalkStats stats = walk(
      target, MapReader::Wanted::entries,
      [&](const Chunk& chunk, std::size_t i) {
        if (end.is_past(chunk.value(i))) append_bytes(keys, chunk.key(i));
        return !interrupted();
      },
      &progress);
  note_disturbance(target.map, stats);
  return keys;
}

/// An entry may have been renewed since it was read.
bool erase_ended(Map& map, const End& end, ByteView key) {
  const std::optional<Bytes> value = map.get_exact(key);
  return value && end.is_past(*value) && map.erase(key);
}

/// Nobody is asked: an entry that has ended decides about nothing any more.
Exit expire(const ExpireOptions& options, const Session& session) {
  const auto target = open_to_write(options.map, Operation::erase, options.dry_run, session);
  Map& map = target->map;
  const End end = end_of(*target, fmt::format("expire {}", map.label()));
  const auto lock =
      options.dry_run ? std::vector<Fd>{} : lock_map(*target, *options.patience, "expire");
  watch_interrupts();
  const Bytes keys = ended_keys(*target, end, session);
  const Packed ended{keys, map.info().key_size};
  const std::size_t count = keys.size() / map.info().key_size;
  std::size_t deleted = 0;
  for (std::size_t i = 0; i < count && !options.dry_run && !interrupted(); ++i)
    deleted += erase_ended(map, end, ended[i]) ? 1 : 0;
  if (options.dry_run)
    print_report(session, {{"would_delete", count}});
  else
    print_report(session, {{"deleted", deleted}});
  if (!interrupted()) return Exit::done;
  note(fmt::format("interrupted: {} entries of {} were deleted", deleted, map.label()));
  return Exit::interrupted;
}

constexpr Option expire_options[] = {
    map_operand<&ExpireOptions::map>(),
    lock_timeout<&ExpireOptions::patience>(),
    dry_run<&ExpireOptions::dry_run>(),
};

}  // namespace

const Command expire_command("expire", "delete the entries that have ended", Types::all,
                             action_of<expire>, expire_options,
                             "expire bans\n"
                             "expire blocklist --dry-run");

}  // namespace mapctl::cli
