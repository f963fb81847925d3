// restore: makes maps from a saved file, and checks all of them before the first is pinned.

#include <fmt/format.h>

#include <map>
#include <set>

#include "cli/bulk/entry_writer.hpp"
#include "cli/command/commands.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/saved/pin_transaction.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

struct RestoreOptions {
  std::optional<std::string> path{};  ///< where to pin it; empty: at its old path
  std::string file;
  std::optional<std::uint32_t> max_entries{};
  bool replace = false;
  PinOwner owner = PinOwner::trusted;  ///< of the pins that are replaced
  bool dry_run = false;
};

namespace fs = std::filesystem;

/// Where a map will be pinned.
struct Place {
  fs::path path;
  std::optional<std::uint32_t> replaced{};  ///< the id of the map that was there
};

/// A map made from the file. It is not pinned yet, so a failure leaves nothing.
struct Restored {
  Target target;
  std::vector<Place> places;
  std::uint64_t entries = 0;
};

/// Returns the first line after comments, which has to be a header.
std::string first_header(Source& source) {
  while (const std::optional<std::string_view> line = source.next_line()) {
    const std::string_view text = trim(*line);
    if (text.empty() || text.starts_with('#')) continue;
    if (is_header(text)) return std::string{text};
    break;
  }
  throw Failed(
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

/// Returns the id of the map to replace.
std::uint32_t check_replaceable(const fs::path& place, PinOwner owner) {
  const ObjectKind kind = pin_kind(place, owner);
  if (kind == ObjectKind::map) return Map::open(place, Access::read_only, owner).info().id;
  throw Failed(
      {"not_a_map", Exit::not_found,
       fmt::format("cannot replace {}: it is a pinned {}, not a map", place.string(), name(kind))});
}

/// Checks what can be known before the map is made. Returns the id of the map to replace, if any.
std::optional<std::uint32_t> check_place(const fs::path& place, const RestoreOptions& options) {
  const bool exists = is_pinned(place);
  if (exists && options.replace) return check_replaceable(place, options.owner);
  if (exists && on_bpffs(place))
    throw Failed(
        {"exists",
         Exit::no,
         fmt::format("cannot restore {}: something is pinned there already", place.string()),
         {},
         {"to put the saved map in its place: --replace", "or name another path"}});
  attempting([&] { return fmt::format("restore {}", place.string()); },
             [&] { check_pin_path(options.path ? place : first_missing(place)); });
  return std::nullopt;
}

/// If the map type accepts no BTF, the saved map had none either, so no note is needed.
Map say_untyped(CreatedMap created) {
  if (takes_btf(created.map.info().type) && !created.untyped_because.empty())
    note(fmt::format("the map has no types any more: {}", created.untyped_because));
  return std::move(created.map);
}

std::string called(const SavedMap& saved) {
  return saved.spec.name.empty() ? "the map" : saved.spec.name;
}

/// Makes the map of a header, without its entries.
Target make_target(const SavedMap& saved, std::optional<std::uint32_t> max_entries) {
  MapSpec spec = saved.spec;
  if (max_entries) spec.max_entries = *max_entries;
  std::optional<Map> model;
  if (holds_maps(spec.type)) {
    if (!saved.inner)
      throw BadInput(
          fmt::format("nothing says what the maps in {} are like, as it was empty when "
                      "it was saved",
                      called(saved)));
    model = create_map(saved.inner->spec, saved.inner->types()).map;
    spec.inner_map = model->fd();
  }
  const auto attempt = [&] { return fmt::format("restore {}", called(saved)); };
  Map map = say_untyped(attempting(attempt, [&] { return create_map(spec, saved.types()); }));
  Schema schema = saved.schema;
  schema.value = without_kept(schema.value);
  return {.map = std::move(map), .schema = std::move(schema), .is_new = true};
}

/// Restores the maps of one file.
class Restoring {
 public:
  Restoring(const RestoreOptions& options, const Session& session)
      : options_(options), session_(session), source_(options.file) {}

  /// Makes and fills all maps. Wrong lines are reported and counted.
  void make_maps() {
    std::optional<std::string> header = first_header(source_);
    while (header) {
      header = make_map(*header);
      if (header && (options_.path || options_.max_entries))
        throw usage_error(fmt::format("{} holds several maps, and {} is for one", source_.name(),
                                      options_.path ? "PATH" : "--max-entries"),
                          {"leave it out"});
    }
  }

  void pin_all() const {
    Pinner pinner;
    for (const Restored& made : maps_) {
      for (const auto& [path, replaced] : made.places) {
        if (!options_.path) pinner.make_directories(path.parent_path());
        replaced ? pinner.replace(made.target.map, path, *replaced, options_.owner)
                 : pinner.pin(made.target.map, path);
      }
    }
    pinner.keep();
  }

  const std::vector<Restored>& maps() const noexcept { return maps_; }
  const Source& source() const noexcept { return source_; }
  std::size_t wrong() const noexcept { return wrong_; }

 private:
  /// Returns the header of the next map, if any.
  std::optional<std::string> make_map(const std::string& line) {
    const auto name = [this] { return source_.name(); };
    const SavedHeader header = reading(name, [&] { return read_header(line); });
    std::vector<Place> places;
    for (const fs::path& path : places_of(options_, header.map)) {
      places.push_back({path, check_place(path, options_)});
      check_order(real_place(path));
    }
    Restored made{reading(name, [&] { return make_target(header.map, options_.max_entries); }),
                  std::move(places)};
    std::optional<std::string> next = fill(made, header);
    if (header.map.frozen) made.target.map.freeze();
    for (const Place& place : made.places) made_.emplace(real_place(place.path), maps_.size());
    maps_.push_back(std::move(made));
    return next;
  }

  /// Writes the entries up to the next header, which is returned.
  std::optional<std::string> fill(Restored& made, const SavedHeader& header) {
    FindObject find;
    if (holds_maps(header.map.spec.type))
      find = [this](const std::string& pin) { return find_map(pin); };
    EntryInput input(made.target, source_, header.entries, std::move(find));
    EntryWriter writer(made.target, session_, &input);
    writer.begin("restoring", header.entries);
    EntryBlock block;
    const auto write = [&] {
      writer.write(block);
      made.entries += block.count();
      block.clear();
      if (interrupted())
        throw Failed({"interrupted", Exit::interrupted,
                      fmt::format("interrupted after {} entries of {}: nothing was restored",
                                  made.entries, called(header.map))});
    };
    while (const InputEntry* const entry = input.next()) {
      if (entry->erases)
        throw Failed(
            {"bad_input", Exit::bad_data,
             fmt::format("{}: a saved map has no entries to delete", input.place(entry->line))});
      block.add(*entry);
      if (block.is_full()) write();
    }
    write();
    input.tell_rest();
    wrong_ += input.wrong();
    return input.next_header();
  }

  void check_order(const fs::path& place) const {
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
  std::optional<Object> find_map(const std::string& pin) {
    const fs::path place = real_place(pin_path(pin));
    if (const auto found = made_.find(place); found != made_.end())
      return Object(maps_[found->second].target.map.clone());
    others_.insert(place);
    return std::nullopt;
  }

  const RestoreOptions& options_;
  const Session& session_;
  Source source_;
  std::vector<Restored> maps_;
  std::size_t wrong_ = 0;
  std::map<fs::path, std::size_t> made_;  ///< the index of the map to pin at each path
  std::set<fs::path> others_;             ///< pins outside of this file that values refer to
};

Exit restore(const RestoreOptions& options, const Session& session) {
  watch_interrupts();
  Restoring restoring(options, session);
  restoring.make_maps();
  const std::size_t count = restoring.maps().size();
  std::uint64_t entries = 0;
  for (const Restored& made : restoring.maps()) entries += made.entries;
  if (restoring.wrong() > 0) {
    note(fmt::format("nothing was restored, because {} is wrong", restoring.source().name()));
    return Exit::bad_data;
  }
  if (options.dry_run) {
    print_report(session, {{"would_restore", count}, {"entries", entries}});
    return Exit::done;
  }
  restoring.pin_all();
  print_report(session, {{"restored", count}, {"entries", entries}});
  for (const Restored& made : restoring.maps()) note_evictions(made.target.map, made.entries);
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
    adopt<&RestoreOptions::owner>(),
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
