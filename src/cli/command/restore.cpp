// restore: maps made again from a saved file, all of them checked before the first is pinned.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands.hpp"
#include "interrupt.hpp"
#include "map_ref.hpp"
#include "mapctl/pin.hpp"
#include "mapctl/text.hpp"
#include "new_map.hpp"
#include "summary.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

/// A map and where it is to be pinned.
struct Restored {
  NewMap map;
  std::vector<fs::path> places;
};

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

/// The first line that says anything.
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
  if (options.path) return {pin_path(*options.path)};
  std::vector<fs::path> places(saved.pinned.begin(), saved.pinned.end());
  if (places.empty())
    throw usage_error("nothing says where to pin the map: it had no pin when it was saved",
                      {"name a path: mapctl restore PATH -f FILE"});
  return places;
}

/// What is below a bpffs that does not have it any more, after a reboot.
void make_directories(const fs::path& place) {
  std::error_code ignored;
  fs::create_directories(place.parent_path(), ignored);  // pinning says why not
}

void check_replaceable(const fs::path& place) {
  const PinKind kind = pin_kind(place);
  if (kind == PinKind::map) return;
  throw Failed(
      {"not_a_map", Exit::not_found,
       fmt::format("cannot replace {}: it is a pinned {}, not a map", place.string(), name(kind))});
}

/// Whatever can be known before the map is made.
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
  if (!options.path && !options.dry_run) make_directories(place);
  if (!options.path && options.dry_run && !is_there(place.parent_path())) return;
  attempting([&] { return fmt::format("restore {}", place.string()); },
             [&] { check_pin_path(place); });
}

/// The programs that have the map, as far as the caller may know.
std::vector<std::string> users_of(std::uint32_t map_id) {
  std::vector<std::string> users;
  try {
    for (const ProgramInfo& program : programs())
      if (std::ranges::find(program.map_ids, map_id) != program.map_ids.end())
        users.push_back(fmt::format("{} (id {})", program.name, program.id));
  } catch (const Error& error) {
    if (error.cause() != Cause::permission) throw;
  }
  return users;
}

void replace(const Map& map, const fs::path& place) {
  const std::uint32_t old = Map::open(place, Access::read_only).info().id;
  replace_pin(map, place);
  const std::vector<std::string> users = users_of(old);
  if (!users.empty())
    note(
        fmt::format("programs that use the old map of {} go on with it until they are loaded "
                    "again: {}",
                    place.string(), fmt::join(users, ", ")));
}

/// Pins that this call made, taken away again if not all can be made.
class Pinner {
 public:
  ~Pinner() {
    for (const fs::path& place : is_kept_ ? std::vector<fs::path>{} : made_) take_back(place);
  }
  Pinner() = default;
  Pinner(const Pinner&) = delete;
  Pinner& operator=(const Pinner&) = delete;

  void pin(const Map& map, const fs::path& place, bool may_replace) {
    if (may_replace && is_there(place)) return replace(map, place);
    map.pin(place);
    made_.push_back(place);
  }
  void keep() noexcept { is_kept_ = true; }

 private:
  static void take_back(const fs::path& place) noexcept {
    try {
      mapctl::unpin(place);
    } catch (...) {  // the first failure is the one to tell
    }
  }

  std::vector<fs::path> made_;
  bool is_kept_ = false;
};

/// Makes and fills the next map of the file.
Restored restored_map(const RestoreOptions& options, Source& source, const std::string& header,
                      const Session& session) {
  NewMap map(source, header);
  std::vector<fs::path> places = places_of(options, map.saved());
  for (const fs::path& place : places) check_place(place, options);
  map.fill(source, options.max_entries, session);
  map.freeze_if_saved_so();
  return {std::move(map), std::move(places)};
}

void check_is_last(const RestoreOptions& options, const Source& source, const NewMap& map) {
  if (!map.next_header() || (!options.path && !options.max_entries)) return;
  throw usage_error(fmt::format("{} holds several maps, and {} is for one", source.name(),
                                options.path ? "PATH" : "--max-entries"),
                    {"leave it out"});
}

std::vector<Restored> restored_maps(const RestoreOptions& options, const Session& session) {
  Source source(options.file);
  std::optional<std::string> header = first_header(source);
  if (!header) throw has_no_header(source);
  std::vector<Restored> maps;
  while (header) {
    maps.push_back(restored_map(options, source, *header, session));
    check_is_last(options, source, maps.back().map);
    header = maps.back().map.next_header();
  }
  return maps;
}

void pin_all(const std::vector<Restored>& maps, bool may_replace) {
  Pinner pinner;
  for (const Restored& restored : maps)
    for (const fs::path& place : restored.places)
      pinner.pin(restored.map.map(), place, may_replace);
  pinner.keep();
}

}  // namespace

Exit restore(const RestoreOptions& options, const Session& session) {
  watch_interrupts();
  const std::vector<Restored> maps = restored_maps(options, session);
  std::uint64_t entries = 0;
  std::size_t wrong = 0;
  for (const Restored& restored : maps) {
    entries += restored.map.entries();
    wrong += restored.map.wrong();
  }
  if (wrong > 0) {
    note(fmt::format("nothing was restored, because {} is wrong", options.file));
    return Exit::bad_data;
  }
  if (options.dry_run) {
    print_report(session, {{"would_restore", maps.size()}, {"entries", entries}});
    return Exit::done;
  }
  pin_all(maps, options.replace);
  print_summary(session, {{"restored", maps.size()}, {"entries", entries}});
  return Exit::done;
}

}  // namespace mapctl::cli
