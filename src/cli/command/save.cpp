// save: maps written so that they can be made again.

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "atomic_file.hpp"
#include "commands.hpp"
#include "interrupt.hpp"
#include "mapctl/pin.hpp"
#include "progress.hpp"
#include "saved_entry.hpp"
#include "saved_header.hpp"
#include "walk.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

/// Where a map goes.
struct Destination {
  int fd = STDOUT_FILENO;
  bool is_seekable = false;  ///< what was written can be written over
};

class Saver {
 public:
  Saver(const SaveOptions& options, const Session& session, Format format)
      : options_(options), session_(session), format_(format) {}

  void save(const std::string& reference, Destination to);
  PinSurvey& pins() noexcept { return pins_; }
  Format format() const noexcept { return format_; }

 private:
  SavedHeader header_of(const Target& target);
  Schema shown_schema(const Target& target, const SavedMap& saved) const;
  std::shared_ptr<const SavedMap> inner_of(const Map& map);
  WalkStats write_entries(const Map& map, const SavedEntries& entries, Output& output,
                          Progress& progress) const;

  const SaveOptions& options_;
  const Session& session_;
  const Format format_;
  PinSurvey pins_;
};

void note_lost_type(const Map& map, const Layout& own, const Layout& saved, std::string_view what) {
  if (own.kind == Kind::untyped || saved.kind != Kind::untyped) return;
  note(fmt::format("the type of the {} of {} cannot be written down: they are saved as bytes", what,
                   map.label()));
}

/// Like the first that is in it.
std::shared_ptr<const SavedMap> Saver::inner_of(const Map& map) {
  MapReader reader(map);
  const std::optional<Chunk> chunk = reader.next();
  if (!chunk) {
    note(
        fmt::format("{} is empty, so that nothing tells what the maps in it are like: it cannot "
                    "be restored",
                    map.label()));
    return nullptr;
  }
  std::uint32_t id = 0;
  std::ranges::copy(chunk->value(0).first(sizeof id), writable_bytes_of(id).begin());
  const std::vector<std::string> pins = pins_of(pins_.maps(), id);
  if (pins.empty()) return nullptr;  // refused with its entry
  const Map inner = Map::open(fs::path{pins.front()}, Access::read_only);
  return std::make_shared<const SavedMap>(describe(inner.info(), inner.schema()));
}

SavedHeader Saver::header_of(const Target& target) {
  SavedHeader header{.map = describe(target.map.info(), target.schema)};
  SavedMap& saved = header.map;
  note_lost_type(target.map, target.schema.key, saved.schema.key, "keys");
  note_lost_type(target.map, target.schema.value, saved.schema.value, "values");
  saved.frozen = target.map.usage().frozen;
  saved.pinned = pins_of(pins_.maps(), target.map.info().id);
  if (holds_maps(target.map.info().type)) saved.inner = inner_of(target.map);
  return header;
}

Schema Saver::shown_schema(const Target& target, const SavedMap& saved) const {
  const bool as_bytes = session_.hex || target.schema.types_unreadable;
  Schema shown = as_bytes ? target.shown : saved.schema;
  if (!options_.counters) shown.value = without_counters(shown.value);
  return shown;
}

[[noreturn]] void end_by_interrupt(const Map& map, std::size_t entries) {
  throw Failed({"interrupted", Exit::interrupted,
                fmt::format("interrupted after {} entries of {}: what is written is not complete",
                            entries, map.label())});
}

WalkStats Saver::write_entries(const Map& map, const SavedEntries& entries, Output& output,
                               Progress& progress) const {
  MapReader reader(map);
  while (const std::optional<Chunk> chunk = reader.next()) {
    for (std::size_t i = 0; i < chunk->size(); ++i)
      entries.print(output, chunk->key(i), chunk->value(i));
    progress.add(chunk->size());
    if (interrupted()) end_by_interrupt(map, reader.stats().entries);
  }
  return reader.stats();
}

/// Over the place that was kept for it.
void write_header_again(const SavedHeader& header, std::size_t width, off_t place, int fd) {
  const std::string line = header_line(header, width);
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t written =
        ::pwrite(fd, line.data() + done, line.size() - done, place + static_cast<off_t>(done));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw OutputFailed(errno);
    done += static_cast<std::size_t>(written);
  }
}

void Saver::save(const std::string& reference, Destination to) {
  const auto target = open_target(reference, Operation::info, session_);
  const Map& map = target->map;
  check_can_be_saved(map);
  SavedHeader header = header_of(*target);
  const Schema shown = shown_schema(*target, header.map);
  const SavedEntries entries(map, shown, pins_);
  entries.check();

  Session session = session_;
  session.format = format_;
  const bool to_stdout = to.fd == STDOUT_FILENO;
  if (!to_stdout) session.in_array = nullptr;
  const bool has_header = format_ == Format::jsonl;
  const std::size_t width = to.is_seekable ? longest_header(header) : 0;
  const off_t place = to.is_seekable ? ::lseek(to.fd, 0, SEEK_CUR) : 0;
  Results results(session, Document::list, entries.columns(), to.fd);
  if (has_header) results.stream().buffer() += header_line(header, width) + '\n';
  Progress progress(session_, to_stdout ? Progress::Prints::results : Progress::Prints::nothing,
                    "saving");
  const WalkStats stats = write_entries(map, entries, *results, progress);
  progress.clear();
  results.finish();
  check_complete("save " + map.label(), stats);
  if (has_header && to.is_seekable) {
    header.entries = stats.entries;
    header.consistency = stats.consistency;
    write_header_again(header, width, place, to.fd);
  }
  note_walk(map, stats, options_.stats);
}

Format saved_format(const Session& session) {
  if (!session.is_format_given) return Format::jsonl;
  if (session.format != Format::table) return session.format;
  throw usage_error("a table is for people, and cannot be read again",
                    {"leave -o out, or use -o plain, csv or json"});
}

void check_words(const SaveOptions& options, Format format) {
  if (!options.all && options.maps.empty())
    throw usage_error("nothing says which map to save", {"name it, or add --all"});
  if (options.all && options.maps.size() > 1)
    throw usage_error("--all takes one directory, and no maps", {"leave --all out"});
  const bool is_directory = options.all && !options.maps.empty();
  if (is_directory && !options.file.empty())
    throw usage_error("either a directory or one file: both are named");
  const bool is_several = !is_directory && (options.all || options.maps.size() > 1);
  if (is_several && format != Format::jsonl)
    throw usage_error("only lines of JSON tell where one map ends and the next begins",
                      {"leave -o out, or save every map into its own file: --all DIR"});
}

/// Whether that says of a map that it cannot be saved, and not that saving went wrong.
bool is_about_the_map(const Failure& failure) {
  return failure.code != "busy" &&
         (failure.exit == Exit::refused || failure.exit == Exit::permission ||
          failure.exit == Exit::not_found);
}

/// False where the map is one that cannot be saved, which is said.
template <typename Save>
bool save_if_possible(const std::string& pin, Save save) {
  try {
    save();
    return true;
  } catch (const OutputFailed&) {
    throw;
  } catch (...) {
    const Failure failure = current_failure();
    if (!is_about_the_map(failure)) throw;
    note(fmt::format("{} is left out: {}", pin, failure.message));
    return false;
  }
}

/// One pin of each map.
std::vector<std::string> all_pins(Saver& saver) {
  std::vector<std::string> pins;
  for (const auto& [id, paths] : saver.pins().maps()) pins.push_back(paths.front());
  if (pins.empty()) note("there is no pinned map that you may read");
  return pins;
}

void save_all_to(Destination to, const SaveOptions& options, Saver& saver) {
  if (!options.all)
    for (const std::string& map : options.maps) saver.save(map, to);
  else
    for (const std::string& pin : all_pins(saver))
      save_if_possible(pin, [&] { saver.save(pin, to); });
}

/// Runs what writes to the file, whose failures are then its own, and tells whether to keep it.
template <typename Write>
void write_file(const fs::path& path, Write write) {
  AtomicFile file(path);
  bool is_kept = false;
  try {
    is_kept = write(Destination{file.fd(), !file.is_direct()});
  } catch (const OutputFailed& error) {
    const bool is_ended = error.error_number() == EPIPE || error.error_number() == EINTR;
    if (file.is_direct() && is_ended) throw;
    file.fail(error.error_number());
  }
  if (is_kept) file.commit();
}

std::string_view extension(Format format) {
  switch (format) {
    case Format::jsonl:
      return ".jsonl";
    case Format::json:
      return ".json";
    case Format::csv:
      return ".csv";
    case Format::plain:
    case Format::table:
      return ".txt";
  }
  return "";
}

/// Names the file of a pin after its path below its mount, or where that is taken, all of it.
fs::path file_of(const fs::path& pin, Format format, std::set<fs::path>& taken) {
  fs::path name = pin.relative_path();
  std::size_t longest = 0;
  for (const fs::path& mount : bpffs_mounts()) {
    const fs::path below = pin.lexically_relative(mount);
    const bool is_below = !below.empty() && *below.begin() != "..";
    if (!is_below || mount.native().size() < longest) continue;
    longest = mount.native().size();
    name = below;
  }
  if (taken.contains(name)) name = pin.relative_path();
  taken.insert(name);
  return name += extension(format);
}

void make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error)
    throw Failed(
        {"output", error == std::errc::permission_denied ? Exit::permission : Exit::not_found,
         fmt::format("cannot make the directory {}: {}", directory.string(), error.message())});
}

void save_into_directory(const fs::path& directory, Saver& saver) {
  std::set<fs::path> taken;
  make_directory(directory);
  for (const std::string& pin : all_pins(saver)) {
    const fs::path path = directory / file_of(pin, saver.format(), taken);
    make_directory(path.parent_path());
    write_file(path,
               [&](Destination to) { return save_if_possible(pin, [&] { saver.save(pin, to); }); });
  }
}

}  // namespace

Exit save(const SaveOptions& options, const Session& session) {
  const Format format = saved_format(session);
  check_words(options, format);
  Saver saver(options, session, format);
  watch_interrupts();
  if (options.all && !options.maps.empty())
    save_into_directory(options.maps.front(), saver);
  else if (options.file.empty() || options.file == "-")
    save_all_to({}, options, saver);
  else
    write_file(options.file, [&](Destination to) {
      save_all_to(to, options, saver);
      return true;
    });
  return Exit::done;
}

}  // namespace mapctl::cli
