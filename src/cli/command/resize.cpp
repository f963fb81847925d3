// resize: puts a map of another size, with the same entries, in the place of a pinned one.

#include <fmt/format.h>

#include <algorithm>

#include "cli/bulk/map_copy.hpp"
#include "cli/bulk/map_lock.hpp"
#include "cli/command/commands.hpp"
#include "cli/entry/walk.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/naming/map_survey.hpp"
#include "cli/saved/pin_transaction.hpp"
#include "map/error/printable.hpp"
#include "map/map_error.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/bits.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

struct ResizeOptions {
  std::string map;
  std::uint32_t max_entries = 0;
  PinOwner owner = PinOwner::trusted;
  std::optional<std::uint32_t> patience = usual_patience;  ///< milliseconds
  bool dry_run = false;
};

std::string attempt_of(const ResizeOptions& options, const Map& map) {
  return fmt::format("resize {} to {}", map.label(), options.max_entries);
}

void check_has_size(const Target& target) {
  const Map& map = target.map;
  const MapType type = map.info().type;
  std::string reason;
  if (!has_max_entries(type))
    reason = fmt::format("a map of type {} has no size of its own", type_name(type));
  else if (holds_variables(target.schema.value))
    reason = "it has one entry, which is all global variables of a program";
  else if (value_content(type) == ValueContent::program)
    reason = "the kernel empties the old map with its last pin, and its programs call nothing then";
  else if (!can(type, Operation::update))
    reason = refusal(type, Operation::update);
  if (reason.empty()) return;
  throw Failed(
      {"unsupported", Exit::refused, fmt::format("cannot resize {}: {}", map.label(), reason)});
}

/// All pins of the map. Throws Error if one belongs to another user.
std::vector<fs::path> places_of(const ResizeOptions& options, const Map& map) {
  std::vector<fs::path> places;
  for (const std::string& pin : pins_of(pins_by_id(), map.info().id)) places.emplace_back(pin);
  for (const fs::path& place : places) pin_kind(place, options.owner);
  if (!places.empty()) return places;
  throw Failed(
      {"not_pinned",
       Exit::refused,
       fmt::format("cannot resize {}: it has no pin where another map could take its place",
                   map.label()),
       {},
       {fmt::format("make a larger map with its entries: mapctl copy {} PATH "
                    "--max-entries {}",
                    shell_word(options.map), options.max_entries)}});
}

[[noreturn]] void refuse_loss(const ResizeOptions& options, const Map& map,
                              const std::string& reason, std::uint64_t needed) {
  throw Failed({std::string{code(Cause::full)},
                Exit::full,
                fmt::format("cannot {}: {}", attempt_of(options, map), reason),
                "nothing was changed",
                {fmt::format("keep room for it: --max-entries {}", needed)}});
}

/// An entry of an array is lost if it is past the new end and not 0.
void check_array(const ResizeOptions& options, const Target& source) {
  std::optional<std::uint32_t> last;
  check_complete(
      "resize " + source.map.label(),
      walk(source.map, MapReader::Wanted::entries, [&](const Chunk& chunk, std::size_t i) {
        const std::uint32_t index = index_of(chunk.key(i));
        if (index >= options.max_entries && !all_zero(chunk.value(i))) last = index;
      }));
  if (last)
    refuse_loss(options, source.map, fmt::format("there is a value at index {}", *last),
                std::uint64_t{*last} + 1);
}

void check_nothing_is_lost(const ResizeOptions& options, const Target& source) {
  const Map& map = source.map;
  if (options.max_entries >= map.info().max_entries) return;
  if (is_array_like(map.info().type)) return check_array(options, source);
  const std::size_t entries = count_entries(map);
  if (entries > options.max_entries)
    refuse_loss(options, map, fmt::format("it has {} entries", entries), entries);
}

/// A smaller array has only the first of the indices.
void leave_out_rest(const ResizeOptions& options, Target& source) {
  if (is_array_like(source.map.info().type))
    source.where.emplace(source.schema, std::vector{fmt::format("key < {}", options.max_entries)});
}

/// An LRU map drops entries even before it is full.
void check_nothing_was_dropped(const ResizeOptions& options, const Map& resized,
                               const Map& original, std::size_t copied) {
  if (!is_lru(original.info().type)) return;
  const std::size_t held = count_entries(resized);
  if (held < copied)
    refuse_loss(options, original,
                fmt::format("an LRU map of that size holds {} of its {} entries", held, copied),
                std::uint64_t{2} * std::max<std::uint64_t>(copied, options.max_entries));
}

void swap_in(const Map& map, const std::vector<fs::path>& places, std::uint32_t old,
             PinOwner owner) {
  Pinner pinner;
  for (const fs::path& place : places) pinner.replace(map, place, old, owner);
  pinner.keep();
}

Exit resize(const ResizeOptions& options, const Session& session) {
  const auto source = open_target(options.map, Operation::next_key, session);
  const Map& map = source->map;
  const auto attempt = [&] { return attempt_of(options, map); };
  check_has_size(*source);
  const auto lock =
      options.dry_run ? std::vector<Fd>{} : lock_map(*source, *options.patience, "resize");
  const std::vector<fs::path> places = places_of(options, map);
  check_nothing_is_lost(options, *source);
  leave_out_rest(options, *source);
  Target resized = attempting(attempt, [&] {
    return make_like(*source, map.info().name, options.max_entries, attempt(), session);
  });
  if (options.dry_run) {
    print_report(session, {{"would_copy", count_entries(*source)}});
    return Exit::done;
  }
  MapCopy copy(*source, resized, session);
  if (!copy.run()) return Exit::interrupted;
  Progress::clear();
  check_nothing_was_dropped(options, resized.map, map, copy.count());
  if (map.usage().frozen) resized.map.freeze();
  swap_in(resized.map, places, map.info().id, options.owner);
  print_report(session, {{"copied", copy.count()}});
  return Exit::done;
}

constexpr Option resize_options[] = {
    map_operand<&ResizeOptions::map>(),
    number<&ResizeOptions::max_entries>("-m,--max-entries", "how many entries it can hold then")
        .required()
        .from(1),
    adopt<&ResizeOptions::owner>(),
    lock_timeout<&ResizeOptions::patience>(),
    dry_run<&ResizeOptions::dry_run>(),
};

}  // namespace

const Command resize_command("resize", "put a map of another size in the place of a pinned one",
                             Types::all, action_of<resize>, resize_options,
                             "resize blocklist --max-entries 1000000\n"
                             "resize visits -m 4096 --dry-run",
                             {.usage = "MAP -m N", .changes_names = true});

}  // namespace mapctl::cli
