// clear: removes all entries of a map; sets those of an array to zero.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/summary.hpp"
#include "mapctl/batch.hpp"

namespace mapctl::cli {

namespace {

struct ClearOptions {
  std::string map;
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
  Clearing(Map& map, const Session& session)
      : map_(map), progress_(session, Progress::Prints::nothing, "clearing") {}

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
    switch (way) {
      case Way::zero:
        return by_index([this](const Bytes& keys, std::size_t count) {
          const Bytes zeros(count * map_.value_bytes());
          put_batch(map_, keys, zeros, count);
          return count;
        });
      case Way::slots:
        return by_index([this](const Bytes& keys, std::size_t count) {
          return erase_batch(map_, keys, count);
        });
      case Way::pop:
        return pop_all();
      case Way::erase:
        return erase_all();
    }
    return true;
  }

  template <typename Step>
  bool by_index(Step step) {
    const std::size_t fitting = std::max<std::size_t>(chunk_bytes / map_.value_bytes(), 1);
    const std::uint32_t end = map_.info().max_entries;
    for (std::uint32_t index = 0; index < end;) {
      if (interrupted()) return false;
      const std::size_t count = std::min({chunk_entries, fitting, std::size_t{end} - index});
      count_in(step(indices(index, count), count));
      index += static_cast<std::uint32_t>(count);
    }
    return true;
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

  bool erase_all() {
    MapReader reader(map_, MapReader::Wanted::keys);
    Bytes keys;
    while (const std::optional<Chunk> chunk = reader.next()) {
      if (interrupted()) return false;
      keys.clear();
      for (std::size_t i = 0; i < chunk->size(); ++i) {
        const ByteView key = chunk->key(i);
        append_bytes(keys, key);
      }
      count_in(erase_batch(map_, keys, chunk->size()));
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

  Map& map_;
  Progress progress_;
  std::size_t done_ = 0;
};

void check_possible(const Map& map, Way way) {
  const MapType type = map.info().type;
  const auto refuse = [&](Operation operation) {
    throw Failed({"unsupported", Exit::refused,
                  fmt::format("cannot clear {}: {}", map.label(), refusal(type, operation))});
  };
  if (way == Way::zero || way == Way::pop) return;
  for (const Operation needed : {Operation::erase, Operation::next_key})
    if (!can(type, needed)) refuse(needed);
}

std::size_t count_used(const Map& map) {
  if (!is_indexed(map.info().type)) return count_entries(map);
  std::size_t count = 0;
  MapReader reader(map);
  while (const std::optional<Chunk> chunk = reader.next()) count += chunk->size();
  return count;
}

/// Reports what would be removed.
Exit foretell(const Map& map, Way way, const Session& session) {
  const MapType type = map.info().type;
  if (way == Way::pop || hides_slots(type))
    throw Failed({"unsupported", Exit::refused,
                  fmt::format("cannot tell how many entries of {} would go", map.label()),
                  way == Way::pop ? "values can only be counted by taking them out"
                                  : "the kernel does not tell which slots are in use"});
  const std::size_t count = way == Way::zero ? map.info().max_entries : count_used(map);
  note(fmt::format("a dry run: {} entries of {} would be {}", count, map.label(),
                   way == Way::zero ? "set to 0" : "deleted"));
  print_summary(session, {{way == Way::zero ? "would_zero" : "would_delete", count}});
  return Exit::done;
}

std::string consequence(const Map& map, Way way) {
  if (way == Way::zero)
    return fmt::format("an array keeps its entries, so each of the {} is set to 0",
                       map.info().max_entries);
  return "all its entries are deleted";
}

Exit clear(const ClearOptions& options, const Session& session) {
  const Access access = options.dry_run ? Access::read_only : Access::read_write;
  Target target = target_of(open_map(options.map, access), options.map, session);
  Map& map = target.map;
  const MapType type = map.info().type;
  const Way way = way_of(type);
  check_possible(map, way);
  confirm_emptying(target, session, "clear", consequence(map, way), options.dry_run);
  if (options.dry_run) return foretell(map, way, session);

  watch_interrupts();
  Clearing clearing(map, session);
  const bool is_finished = clearing.run(way);
  // If slots are hidden, deleting an empty one also succeeds, so the count means nothing.
  if (!hides_slots(type))
    print_summary(session, {{way == Way::zero ? "zeroed" : "deleted", clearing.done()}});
  if (is_finished) return Exit::done;
  note(fmt::format("interrupted: {} entries of {} were {}", clearing.done(), map.label(),
                   way == Way::zero ? "set to 0" : "deleted"));
  return Exit::interrupted;
}

constexpr Option clear_options[] = {
    map_operand<&ClearOptions::map>(),
    dry_run<&ClearOptions::dry_run>(),
};

}  // namespace

const Command clear_command("clear", "delete all entries", Types::all, action_of<clear>,
                            clear_options,
                            "clear visits --dry-run\n"
                            "clear visits --yes");

}  // namespace mapctl::cli
