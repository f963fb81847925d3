#include "cli/saved/map_save.hpp"
#include "mapctl/text/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "cli/output/interrupt.hpp"
#include "cli/session/failure.hpp"
#include "cli/session/progress.hpp"
#include "cli/session/report.hpp"

namespace mapctl::cli {

namespace {

void note_lost_type(const Map& map, const Layout& own, const Layout& saved, std::string_view what) {
  if (own.kind == Kind::untyped || saved.kind != Kind::untyped) return;
  note(fmt::format("the type of the {} of {} cannot be written down: they are saved as bytes", what,
                   map.label()));
}

/// Overwrites the space that was reserved for the header.
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

[[noreturn]] void end_by_interrupt(const Map& map, std::size_t entries) {
  throw Failed({"interrupted", Exit::interrupted,
                fmt::format("interrupted after {} entries of {}: what is written is not complete",
                            entries, map.label())});
}

std::shared_ptr<const Target> opened(const std::string& reference, const Session& session) {
  std::shared_ptr<const Target> target = open_target(reference, Operation::info, session);
  check_can_be_saved(target->map);
  return target;
}

}  // namespace

MapSave::MapSave(const std::string& reference, const SaveOptions& options, const Session& session,
                 PinSurvey& pins)
    : options_(options),
      session_(session),
      pins_(pins),
      target_(opened(reference, session)),
      header_(header()),
      shown_(shown_schema()),
      entries_(target_->map, shown_, pins) {
  entries_.check();
}

/// Describes the first inner map, as the model for all.
std::shared_ptr<const SavedMap> MapSave::inner() const {
  const Map& map = target_->map;
  const std::optional<std::uint32_t> id = first_inner_id(map);
  if (!id) {
    note(
        fmt::format("{} is empty, so that nothing tells what the maps in it are like: it cannot "
                    "be restored",
                    map.label()));
    return nullptr;
  }
  const std::vector<std::string> pins = pins_of(pins_.maps(), *id);
  if (pins.empty()) return nullptr;  // the check of its entry reports this
  const Map inner = Map::open(std::filesystem::path{pins.front()}, Access::read_only);
  return std::make_shared<const SavedMap>(describe(inner.info(), schema_of(inner)));
}

SavedHeader MapSave::header() const {
  const Target& target = *target_;
  SavedHeader header{.map = describe(target.map.info(), target.schema)};
  SavedMap& saved = header.map;
  note_lost_type(target.map, target.schema.key, saved.schema.key, "keys");
  note_lost_type(target.map, target.schema.value, saved.schema.value, "values");
  saved.frozen = target.map.usage().frozen;
  saved.pinned = pins_of(pins_.maps(), target.map.info().id);
  if (holds_maps(target.map.info().type)) saved.inner = inner();
  return header;
}

Schema MapSave::shown_schema() const {
  const bool as_bytes = session_.hex || target_->schema.types_unreadable;
  Schema shown = as_bytes ? target_->shown() : header_.map.schema;
  if (!options_.counters) shown.value = without_counters(shown.value);
  return shown;
}

WalkStats MapSave::write_entries(Output& output, Progress& progress) const {
  MapReader reader(target_->map);
  while (const std::optional<Chunk> chunk = reader.next()) {
    for (std::size_t i = 0; i < chunk->size(); ++i)
      entries_.print(output, chunk->key(i), chunk->value(i));
    progress.add(chunk->size());
    if (interrupted()) end_by_interrupt(target_->map, reader.stats().entries);
  }
  return reader.stats();
}

void MapSave::write(SaveTo to) {
  const Map& map = target_->map;
  const bool to_stdout = to.fd == STDOUT_FILENO;
  if (!to_stdout) session_.in_array = nullptr;
  const bool has_header = session_.format == Format::jsonl;
  const std::size_t width = to.is_seekable ? longest_header(header_) : 0;
  const off_t place = to.is_seekable ? ::lseek(to.fd, 0, SEEK_CUR) : 0;
  Results results(session_, Document::list, entries_.columns(), to.fd);
  if (has_header) results.stream().buffer() += header_line(header_, width) + '\n';
  Progress progress(session_, to_stdout ? Progress::Prints::results : Progress::Prints::nothing,
                    "saving");
  const WalkStats stats = write_entries(*results, progress);
  progress.clear();
  results.finish();
  check_complete("save " + map.label(), stats);
  if (has_header && to.is_seekable) {
    header_.entries = stats.entries;
    header_.consistency = stats.consistency;
    write_header_again(header_, width, place, to.fd);
  }
  note_walk(map, stats, options_.stats);
}

}  // namespace mapctl::cli
