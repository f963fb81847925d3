// clear: removes all entries of a map; sets those of an array to zero.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/selection.hpp"
#include "cli/entry/walk.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "mapctl/batch.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl::cli {

namespace {

struct ClearOptions {
  std::string map;
  std::vector<std::string> where{};
  bool dry_run = false;
};

constexpr std::size_t chunk_entries = 4096;
constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

/// How the entries of a map type are removed.
enum class Way { zero, slots, pop, erase };

Way way_of(MapType type) {
  if (is_array_like(type) && !holds_maps(type) && !can(type, Operation::erase)) return Way::zero;
  if (is_indexed(type)) return Way::slots;
  return is_keyless(type) ? Way::pop : Way::erase;
}

/// Returns true if the kernel does not report which slots are in use.
bool hides_slots(MapType type) { return !can(type, Operation::lookup); }

/// Returns `count` u32 keys, starting at `first`.
Bytes indices(std::uint32_t first, std::size_t count) {
  Bytes keys(count * sizeof first);
  for (std::size_t i = 0; i < count; ++i, ++first)
    std::memcpy(keys.data() + i * sizeof first, &first, sizeof first);
  return keys;
}

class Clearing {
 public:
  Clearing(Target& target, const Session& session)
      : target_(target),
        map_(target.map),
        progress_(session, Progress::Prints::nothing, "clearing") {}

  /// Returns false if an interrupt left entries. A failure reports how many were removed before it.
  bool run(Way way) {
    bool is_finished = false;
    try {
      is_finished = work(way);
    } catch (Error& error) {
      const std::size_t before = error.details().done.value_or(0);
      error.enrich({.attempt = fmt::format("clear {}", map_.label()), .done = done_ + before});
      throw;
    }
    progress_.clear();
    return is_finished;
  }

  std::size_t done() const noexcept { return done_; }

 private:
  bool work(Way way) {
    if (way == Way::pop) return pop_all();
    return way == Way::erase || target_.where ? clear_found(way) : clear_slots(way);
  }

  bool clear_slots(Way way) {
    const std::size_t most =
        std::clamp<std::size_t>(chunk_bytes / map_.value_bytes(), 1, chunk_entries);
    const std::uint32_t end = map_.info().max_entries;
    std::size_t count = 0;
    for (std::size_t index = 0; index < end; index += count) {
      if (interrupted()) return false;
      count = std::min(most, end - index);
      const Bytes keys = indices(static_cast<std::uint32_t>(index), count);
      way == Way::zero ? set_to_zero(keys, count) : count_in(erase_batch(map_, keys, count));
    }
    return true;
  }

  void set_to_zero(ByteView keys, std::size_t count) {
    put_batch(map_, keys, Bytes(count * map_.value_bytes()), count);
    count_in(count);
  }

  /// Pops at most max_entries, because programs may keep pushing.
  bool pop_all() {
    const std::uint32_t most = map_.info().max_entries;
    while (done_ < most) {
      if (interrupted()) return false;
      if (!map_.pop()) break;
      count_in(1);
    }
    return true;
  }

  /// Walks over the entries.
  bool clear_found(Way way) {
    EntryReader reader(target_, MapReader::Wanted::keys);
    while (const std::optional<Chunk> chunk = reader.next()) {
      if (interrupted()) return false;
      way == Way::zero ? set_to_zero(chunk->keys(), chunk->size())
                       : count_in(erase_batch(map_, chunk->keys(), chunk->size()));
    }
    if (reader.stats().complete) return true;
    progress_.clear();
    note(fmt::format("{} changes faster than it can be cleared: it may hold new entries",
                     map_.label()));
    return true;
  }

  void count_in(std::size_t count) {
    done_ += count;
    progress_.add(count);
  }

  Target& target_;
  Map& map_;
  Progress progress_;
  std::size_t done_ = 0;
};

void check_possible(const Target& target, Way way) {
  const Map& map = target.map;
  if (way == Way::pop && target.where)
    throw usage_error(
        fmt::format("--where selects by key and value, and {} has no keys", target.map.label()));
  if (way == Way::zero || way == Way::pop) return;
  const MapType type = map.info().type;
  for (const Operation needed : {Operation::erase, Operation::next_key})
    if (!can(type, needed))
      throw Failed({"unsupported", Exit::refused,
                    fmt::format("cannot clear {}: {}", map.label(), refusal(type, needed))});
}

std::size_t count_used(const Target& target) {
  if (target.where || !is_indexed(target.map.info().type)) return count_entries(target);
  return walk(target, MapReader::Wanted::entries, [](const Chunk&, std::size_t) {}).entries;
}

std::string_view participle(Way way) { return way == Way::zero ? "set to 0" : "deleted"; }

/// Reports what would be removed.
Exit foretell(const Target& target, Way way, const Session& session) {
  const Map& map = target.map;
  if (way == Way::pop || hides_slots(map.info().type))
    throw Failed({"unsupported", Exit::refused,
                  fmt::format("cannot tell how many entries of {} would go", map.label()),
                  way == Way::pop ? "values can only be counted by taking them out"
                                  : "the kernel does not tell which slots are in use"});
  const bool is_all = way == Way::zero && !target.where;
  const std::size_t count = is_all ? map.info().max_entries : count_used(target);
  note(fmt::format("a dry run: {} of {} would be {}", counted(count, "entry"), map.label(),
                   participle(way)));
  print_report(session, {{way == Way::zero ? "would_zero" : "would_delete", count}});
  return Exit::done;
}

Exit clear(const ClearOptions& options, const Session& given) {
  const Session session = given.within(options.where);
  const Access access = options.dry_run ? Access::read_only : Access::read_write;
  Target target = target_of(open_map(options.map, access), options.map, session);
  Map& map = target.map;
  const Way way = way_of(map.info().type);
  check_possible(target, way);
  const std::string consequence =
      target.where       ? fmt::format("each entry for which --where holds is {}", participle(way))
      : way == Way::zero ? fmt::format("an array keeps its entries, so each of the {} is set to 0",
                                       map.info().max_entries)
                         : "all its entries are deleted";
  confirm_emptying(target, session, "clear", consequence, options.dry_run);
  if (session.only_check) return Exit::done;
  if (options.dry_run) return foretell(target, way, session);

  watch_interrupts();
  Clearing clearing(target, session);
  const bool is_finished = clearing.run(way);
  // If slots are hidden, deleting an empty one also succeeds, so the count means nothing.
  std::optional<std::uint64_t> count;
  if (!hides_slots(map.info().type)) count = clearing.done();
  print_report(session, {{way == Way::zero ? "zeroed" : "deleted", count}});
  if (is_finished) return Exit::done;
  note(fmt::format("interrupted: {} entries of {} were {}", clearing.done(), map.label(),
                   participle(way)));
  return Exit::interrupted;
}

constexpr Option clear_options[] = {
    map_operand<&ClearOptions::map>(),
    part_where<&ClearOptions::where>(),
    dry_run<&ClearOptions::dry_run>(),
};

}  // namespace

const Command clear_command("clear", "delete all entries", Types::all, action_of<clear>,
                            clear_options,
                            "clear visits --dry-run\n"
                            "clear visits --yes",
                            {.can_check = true});

}  // namespace mapctl::cli
