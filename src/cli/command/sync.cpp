// sync: makes a map equal to a file, and writes only what differs.

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "cli/bulk/compare_entries.hpp"
#include "cli/bulk/difference_printer.hpp"
#include "cli/bulk/sync_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/command/sync.hpp"
#include "cli/filter/caller_guard.hpp"
#include "cli/output/interrupt.hpp"

namespace mapctl::cli {

namespace {

/// --max-delete: a number, or a part of the map.
struct DeleteLimit {
  double value = 0;
  bool is_percent = false;

  std::size_t of(std::size_t entries) const {
    return static_cast<std::size_t>(is_percent ? value * static_cast<double>(entries) / 100
                                               : value);
  }
};

DeleteLimit delete_limit(std::string_view text) {
  DeleteLimit limit{.is_percent = text.ends_with('%')};
  const std::string_view number = text.substr(0, text.size() - (limit.is_percent ? 1 : 0));
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, limit.value);
  const double most = limit.is_percent ? 100 : std::numeric_limits<std::uint32_t>::max();
  const bool is_number = error == std::errc{} && stop == end;
  if (is_number && limit.value >= 0 && limit.value <= most) return limit;
  throw usage_error(fmt::format("--max-delete: '{}' is no number of entries", text),
                    {"give a number, such as 100, or a part of the map, such as 10%"});
}

void check_words(const SyncOptions& options) {
  if (options.max_delete.empty()) return;
  delete_limit(options.max_delete);
  if (!options.prune)
    throw usage_error(
        "--max-delete says how many entries --prune may delete, and there is no --prune",
        {"add --prune, or leave --max-delete out"});
}

/// How many entries have to leave before all that are new can come.
std::size_t room_needed(const Map& map, const Differences& differences, bool prune) {
  const std::size_t most = map.info().max_entries;
  const std::size_t together = differences.in_map() + differences.added.size();
  if (together <= most) return 0;
  const std::size_t missing = together - most;
  if (prune && missing <= differences.extra) return missing;
  throw Failed(
      {"map_full",
       Exit::full,
       fmt::format("cannot sync {}: {} entries do not fit, nothing was written", map.label(),
                   together - (prune ? differences.extra : 0)),
       fmt::format("it holds at most {}, and a BPF map cannot grow", most),
       {prune ? "leave entries out of the file" : "delete what is not in the file: --prune",
        "rebuild the map larger: " + larger_map(map.label(), 2 * together)}});
}

void check_prunable(const Map& map) {
  const MapType type = map.info().type;
  if (can(type, Operation::erase)) return;
  throw Failed({"unsupported",
                Exit::refused,
                fmt::format("{}: {}", map.label(), refusal(type, Operation::erase)),
                {},
                {"leave --prune out"}});
}

void check_deletions(const Map& map, const SyncOptions& options, const EntryInput& input,
                     const Differences& differences) {
  if (!options.prune || options.max_delete.empty()) return;
  const std::size_t entries = differences.in_map();
  if (differences.extra <= delete_limit(options.max_delete).of(entries)) return;
  throw Failed({"max_delete",
                Exit::bad_data,
                fmt::format("{} of the {} entries of {} are not in {}: nothing was written",
                            differences.extra, entries, map.label(), input.name()),
                fmt::format("--max-delete allows {}", options.max_delete),
                {"look at the file, and at what would be deleted: --dry-run",
                 "allow more with a larger --max-delete"}});
}

/// A file that is empty by mistake must not empty the map.
void confirm_emptying(const Map& map, const SyncOptions& options, const EntryInput& input,
                      const Differences& differences, const Session& session) {
  const bool empties = options.prune && differences.extra > 0 && differences.added.empty() &&
                       differences.extra == differences.in_map();
  if (!empties || !options.max_delete.empty()) return;
  confirm(session, fmt::format("delete all entries of {}", map.label()),
          fmt::format("{} has no entries, and the map has {}", input.name(), differences.extra));
}

void print_report(const Session& session, const Differences& differences, const Written& written) {
  Results results(session, Document::record,
                  {{"added"}, {"changed"}, {"deleted"}, {"unchanged"}, {"extra"}, {"modified"}});
  const auto member = [&](std::string_view name, std::uint64_t value) {
    results->member(name);
    results->integer(value);
  };
  results->begin_struct();
  member("added", differences.added.size());
  member("changed", differences.changed.size());
  member("deleted", written.deleted);
  member("unchanged", differences.unchanged);
  member("extra", differences.extra - written.deleted - written.absent);
  results->member("modified");
  results->boolean(written.put + written.deleted > 0);
  results->end_struct();
  results.finish();
}

/// Tells the guard of what is going to be deleted.
class Guarded final : public DifferenceVisitor {
 public:
  Guarded(DifferenceVisitor& inner, CallerGuard* guard) : inner_(inner), guard_(guard) {}

  void changed(std::size_t wanted, ByteView old) override { inner_.changed(wanted, old); }
  void extra(ByteView key, ByteView value) override {
    if (guard_ != nullptr) guard_->erase(key);
    inner_.extra(key, value);
  }

 private:
  DifferenceVisitor& inner_;
  CallerGuard* guard_;
};

/// As compare(); all that would be written is told to the guard.
Differences compare_guarded(const Map& map, const WantedEntries& wanted,
                            const ValueComparison& comparison, DifferenceVisitor& visitor,
                            Progress& progress, CallerGuard& guard, bool prune) {
  Guarded guarded(visitor, prune ? &guard : nullptr);
  Differences differences = compare(map, wanted, comparison, guarded, progress);
  if (!guard.is_needed()) return differences;
  for (const auto& numbers : {std::cref(differences.added), std::cref(differences.changed)})
    for (const std::uint32_t number : numbers.get())
      guard.put(wanted.key(number), wanted.value(number));
  return differences;
}

void check_caller(const CallerGuard& guard, const Map& map) {
  guard.check([&] { return fmt::format("sync {}", map.label()); }, Remedy::one_more);
}

/// Entries that the command line names win over those of the file.
void add_fixed(WantedEntries& wanted, const Target& target, const SyncOptions& options,
               const EntryInput& input) {
  for (const auto& [key, value] : options.fixed)
    if (wanted.set(target, key, value))
      note(fmt::format("'{}' of {} is not taken: the command line says {}", key, input.name(),
                       value));
}

Exit print_differences(Target& target, const EntryInput& input, const WantedEntries& wanted,
                       const ValueComparison& comparison, const SyncOptions& options,
                       const Session& session) {
  DifferencePrinter printer(session, target, wanted, options.counters, options.prune);
  Progress progress(session, Progress::Prints::results, "comparing");
  CallerGuard guard(target, options.map, session);
  const Differences differences =
      compare_guarded(target.map, wanted, comparison, printer, progress, guard, options.prune);
  progress.clear();
  printer.finish(differences);
  room_needed(target.map, differences, options.prune);
  check_deletions(target.map, options, input, differences);
  check_caller(guard, target.map);
  return Exit::done;
}

}  // namespace

Exit sync(const SyncOptions& options, const Session& session) {
  check_words(options);
  const auto target = open_to_write(options.map, Operation::update, options.dry_run, session);
  const Map& map = target->map;
  refuse_objects(map);
  if (options.prune) check_prunable(map);
  watch_interrupts();
  EntryInput input(*target, options.input, EntryParts::both);
  WantedEntries wanted(*target);
  {
    Progress progress(session, Progress::Prints::nothing, "checking");
    wanted.add_all(input, progress);
  }
  if (input.wrong() > 0) return nothing_written(input);
  add_fixed(wanted, *target, options, input);
  const ValueComparison comparison(*target, options.counters);
  if (options.dry_run)
    return print_differences(*target, input, wanted, comparison, options, session);

  Extras extras(*target, options.prune);
  Progress reading(session, Progress::Prints::nothing, "comparing");
  CallerGuard guard(*target, options.map, session);
  Differences differences =
      compare_guarded(map, wanted, comparison, extras, reading, guard, options.prune);
  reading.clear();
  const std::size_t first = room_needed(map, differences, options.prune);
  check_deletions(map, options, input, differences);
  check_caller(guard, map);
  confirm_emptying(map, options, input, differences, session);
  if (first > 0)
    note(fmt::format("{} has no room for old and new together: {} entries are deleted first",
                     map.label(), first));
  if (options.before_writing) options.before_writing();
  Progress writing(session, Progress::Prints::nothing, "writing");
  SyncWriter writer(*target, options.is_read, input, wanted, comparison, writing);
  if (!writer.write(differences, std::move(extras).keys(), first)) return Exit::interrupted;
  Progress::clear();
  if (options.reports) print_report(session, differences, writer.written());
  note_evictions(map, wanted.size());
  return Exit::done;
}

namespace {

constexpr Option sync_options[] = {
    map_operand<&SyncOptions::map>(),
    input_file<&SyncOptions::input>("the file to read; - for standard input").required(),
    input_format<&SyncOptions::input>(),
    input_value<&SyncOptions::input>(),
    flag<&SyncOptions::prune>("--prune", "delete entries that are not in the file"),
    option<&SyncOptions::max_delete>(
        "--max-delete", ValueKind::text,
        "refuse to delete more than that many entries: N, or P% of the map"),
    flag<&SyncOptions::counters>("--counters", "compare and write fields that are counters, too"),
    dry_run<&SyncOptions::dry_run>(),
};

}  // namespace

const Command sync_command("sync", "make a map equal to a file", Types::all, action_of<sync>,
                           sync_options,
                           "sync blocklist -f rules.txt\n"
                           "sync blocklist -f drop.txt --value drop --prune --max-delete 50%\n"
                           "sync blocklist -f rules.txt --prune --dry-run");

}  // namespace mapctl::cli
