#include "cli/entry/walk.hpp"

#include <fmt/format.h>

#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

namespace {

/// In the order of Consistency.
constexpr std::string_view promises[] = {
    "every key that stayed is there exactly once",
    "every index that is in use is there once, its value as it was when it was read",
    "no key is there twice, but one that stayed may be missing if others wrote meanwhile"};

MapReader::Wanted needed(const Target& target, MapReader::Wanted wanted) {
  return target.where ? MapReader::Wanted::entries : wanted;
}

}  // namespace

EntryReader::EntryReader(const Target& target, MapReader::Wanted wanted)
    : target_(target), reader_(target.map, needed(target, wanted)) {}

std::optional<Chunk> EntryReader::next() {
  while (std::optional<Chunk> chunk = reader_.next()) {
    if (!target_.where) return chunk;
    if (const Chunk part = part_of(*chunk); part.size() > 0 || interrupted()) return part;
  }
  return std::nullopt;
}

Chunk EntryReader::part_of(const Chunk& chunk) {
  keys_.clear();
  values_.clear();
  std::size_t count = 0;
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    if (!target_.holds({chunk.key(i), chunk.value(i)})) continue;
    append_bytes(keys_, chunk.key(i));
    append_bytes(values_, chunk.value(i));
    ++count;
  }
  left_out_ += chunk.size() - count;
  return {keys_.data(), values_.data(), count, chunk.key(0).size(), chunk.value(0).size()};
}

WalkStats EntryReader::stats() const {
  WalkStats stats = reader_.stats();
  stats.entries -= left_out_;
  return stats;
}

std::size_t count_entries(const Target& target) {
  if (!target.where) return count_entries(target.map);
  return walk(target, MapReader::Wanted::keys, [](const Chunk&, std::size_t) {}).entries;
}

void check_complete(const std::string& attempt, const WalkStats& stats) {
  if (stats.complete) return;
  throw Failed({"busy",
                Exit::refused,
                fmt::format("cannot {}: it changes faster than it can be read", attempt),
                fmt::format("after {} entries some may be missing", stats.entries),
                {"try again when less is written to it"}});
}

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

std::string stats_text(const Map& map, const WalkStats& stats, Extent extent) {
  std::string text =
      fmt::format("{} {} of {} {} read: ", stats.entries, stats.entries == 1 ? "entry" : "entries",
                  map.label(), stats.entries == 1 ? "was" : "were");
  if (!stats.complete)
    text += "it changed faster than it could be read, and the list may lack some";
  else if (extent == Extent::part)
    text += "no more were asked for";
  else
    text += promises[static_cast<std::size_t>(stats.consistency)];
  if (stats.restarts > 0)
    text += fmt::format("; the kernel started over {} times, and {} repeated entries were left out",
                        stats.restarts, stats.repeats);
  return text;
}

void note_walk(const Map& map, const WalkStats& stats, bool wants_stats, Extent extent) {
  wants_stats ? note(stats_text(map, stats, extent)) : note_disturbance(map, stats);
}

}  // namespace mapctl::cli
