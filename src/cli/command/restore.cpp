// restore: makes maps from a saved file, and checks all of them before the first is pinned.

#include <fmt/format.h>

#include <map>
#include <set>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/saved/pin_transaction.hpp"
#include "cli/saved/restored_map.hpp"
#include "cli/session/summary.hpp"
#include "mapctl/pin.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

struct RestoreOptions {
  std::optional<std::string> path{};  ///< where to pin it; empty: at its old path
  std::string file;
  std::optional<std::uint32_t> max_entries{};
  bool replace = false;
  bool dry_run = false;
};

namespace fs = std::filesystem;

/// A map and the path where it will be pinned.
struct Restored {
  NewMap map;
  std::vector<fs::path> places;
};

/// Returns the first line after comments if it is a header, else nothing.
std::optional<std::string> first_header(Source& source) {
  while (const std::optional<std::string_view> line = source.next_line()) {
    const std::string_view text = trim(*line);
    if (text.empty() || text.starts_with('#')) continue;
    if (is_header(text)) return std::string{text};
    break;
  }
  return std::nullopt;
}

Failed has_no_header(const Source& source) {
  return Failed(
      {"bad_input",
       Exit::bad_data,
       fmt::format("{} has no header, so that nothing says which map to make", source.name()),
       "a header is the first line that 'mapctl save' writes",
       {"make the map with 'mapctl create', and load the entries: mapctl load MAP -f FILE"}});
}

std::vector<fs::path> places_of(const RestoreOptions& options, const SavedMap& saved) {
  if (options.path) return {new_pin_path(*options.path, true)};
  std::vector<fs::path> places;
  for (const std::string& pin : saved.pinned) places.push_back(fs::path{pin}.lexically_normal());
  if (places.empty())
    throw usage_error("nothing says where to pin the map: it had no pin when it was saved",
                      {"name a path: mapctl restore PATH -f FILE"});
  return places;
}

/// Resolves links, so that all paths to one place compare equal.
fs::path real_place(const fs::path& place) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(place, error);
  return error ? place : real;
}

/// Returns the first path to create for a pin: its outermost missing folder, or the pin itself.
fs::path first_missing(fs::path place) {
  std::error_code ignored;
  for (fs::path above = place.parent_path(); !above.empty() && !fs::exists(above, ignored);
       above = place.parent_path())
    place = above;
  return place;
}

void check_replaceable(const fs::path& place) {
  const ObjectKind kind = pin_kind(place);
  if (kind == ObjectKind::map) return;
  throw Failed(
      {"not_a_map", Exit::not_found,
       fmt::format("cannot replace {}: it is a pinned {}, not a map", place.string(), name(kind))});
}

/// Checks what can be known before the map is made.
void check_place(const fs::path& place, const RestoreOptions& options) {
  const bool exists = is_there(place);
  if (exists && options.replace) return check_replaceable(place);
  if (exists && on_bpffs(place))
    throw Failed(
        {"exists",
         Exit::no,
         fmt::format("cannot restore {}: something is pinned there already", place.string()),
         {},
         {"to put the saved map in its place: --replace", "or name another path"}});
  attempting([&] { return fmt::format("restore {}", place.string()); },
             [&] { check_pin_path(options.path ? place : first_missing(place)); });
}

/// Restores the maps of one file.
class Restoring {
 public:
  Restoring(const RestoreOptions& options, const Session& session)
      : options_(options), session_(session), source_(options.file) {}

  /// Makes and fills all maps.
  void make_maps();
  void pin_all() const;

  const std::vector<Restored>& maps() const noexcept { return maps_; }
  const Source& source() const noexcept { return source_; }

 private:
  void make_map(const std::string& header);
  void check_order(const fs::path& place) const;
  std::optional<Object> find_map(const std::string& pin);
  void check_is_last(const NewMap& map) const;

  const RestoreOptions& options_;
  const Session& session_;
  Source source_;
  std::vector<Restored> maps_;
  std::map<fs::path, std::size_t> made_;  ///< the index of the map to pin at each path
  std::set<fs::path> others_;             ///< pins outside of this file that values refer to
};

void Restoring::make_maps() {
  std::optional<std::string> header = first_header(source_);
  if (!header) throw has_no_header(source_);
  while (header) {
    make_map(*header);
    check_is_last(maps_.back().map);
    header = maps_.back().map.next_header();
  }
}

void Restoring::make_map(const std::string& header) {
  NewMap map(source_, header);
  std::vector<fs::path> places = places_of(options_, map.saved());
  for (const fs::path& place : places) {
    check_place(place, options_);
    check_order(real_place(place));
  }
  map.fill(source_, options_.max_entries, session_,
           [this](const std::string& pin) { return find_map(pin); });
  map.freeze_if_saved_so();
  for (const fs::path& place : places) made_.emplace(real_place(place), maps_.size());
  maps_.push_back({std::move(map), std::move(places)});
}

void Restoring::check_order(const fs::path& place) const {
  if (made_.contains(place))
    throw Failed(
        {"bad_input", Exit::bad_data,
         fmt::format("{} has two maps that were pinned at {}", source_.name(), place.string())});
  if (others_.contains(place))
    throw Failed({"bad_input",
                  Exit::bad_data,
                  fmt::format("{} has the map of {} after a map that holds it", source_.name(),
                              place.string()),
                  "what a map holds is looked up as its entries are read",
                  {"save the maps that others hold first, as save --all does"}});
}

/// Prefers a map of this file, which has no pin yet, to a map that is pinned there now.
std::optional<Object> Restoring::find_map(const std::string& pin) {
  const fs::path place = real_place(pin_path(pin));
  const auto found = made_.find(place);
  if (found == made_.end()) {
    others_.insert(place);
    return std::nullopt;
  }
  return Object(maps_[found->second].map.map().clone());
}

void Restoring::check_is_last(const NewMap& map) const {
  if (!map.next_header() || (!options_.path && !options_.max_entries)) return;
  throw usage_error(fmt::format("{} holds several maps, and {} is for one", source_.name(),
                                options_.path ? "PATH" : "--max-entries"),
                    {"leave it out"});
}

void Restoring::pin_all() const {
  Pinner pinner;
  for (const auto& [map, places] : maps_) {
    for (const fs::path& place : places) {
      if (!options_.path) pinner.make_directories(place.parent_path());
      is_there(place) && options_.replace ? pinner.replace(map.map(), place)
                                          : pinner.pin(map.map(), place);
    }
  }
  pinner.keep();
}

Exit restore(const RestoreOptions& options, const Session& session) {
  watch_interrupts();
  Restoring restoring(options, session);
  restoring.make_maps();
  const std::size_t count = restoring.maps().size();
  std::uint64_t entries = 0;
  std::size_t wrong = 0;
  for (const Restored& restored : restoring.maps()) {
    entries += restored.map.entries();
    wrong += restored.map.wrong();
  }
  if (wrong > 0) {
    note(fmt::format("nothing was restored, because {} is wrong", restoring.source().name()));
    return Exit::bad_data;
  }
  if (options.dry_run) {
    print_report(session, {{"would_restore", count}, {"entries", entries}});
    return Exit::done;
  }
  restoring.pin_all();
  print_summary(session, {{"restored", count}, {"entries", entries}});
  for (const Restored& restored : restoring.maps())
    note_evictions(restored.map.map(), restored.map.entries());
  return Exit::done;
}

constexpr Option restore_options[] = {
    operand<&RestoreOptions::path>("PATH", ValueKind::pin,
                                   "where to pin the map (default: where it was saved from)"),
    option<&RestoreOptions::file>("-f,--file", ValueKind::file,
                                  "the file to read; - for standard input")
        .required(),
    number<&RestoreOptions::max_entries>("-m,--max-entries",
                                         "how many entries it can hold (default: as it was)")
        .from(1),
    flag<&RestoreOptions::replace>("--replace",
                                   "take the place of a map that is pinned there, in one step"),
    dry_run<&RestoreOptions::dry_run>(),
};

}  // namespace

const Command restore_command("restore", "make a map again from such a file", Types::none,
                              action_of<restore>, restore_options,
                              "restore -f all.jsonl --dry-run\n"
                              "restore larger -f blocklist.jsonl -m 1000000\n"
                              "restore blocklist -f blocklist.jsonl --replace",
                              {.changes_names = true});

}  // namespace mapctl::cli
