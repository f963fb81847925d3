#include "cli/saved/map_save.hpp"

#include <fmt/format.h>
#include <net/if.h>

#include <cstring>
#include <memory>
#include <string_view>

#include "cli/entry/entry.hpp"
#include "cli/entry/walk.hpp"
#include "cli/input/saved_header.hpp"
#include "cli/output/interrupt.hpp"
#include "cli/session/progress.hpp"
#include "map/create/map_create.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl::cli {

namespace {

std::uint32_t number_at(ByteView value, std::size_t offset) {
  std::uint32_t number = 0;
  if (value.size() >= offset + sizeof number)
    std::memcpy(&number, value.data() + offset, sizeof number);
  return number;
}

/// Describes the map's contents if only their owner can create entries.
std::string owned_values(MapType type) {
  const ValueContent kind = value_content(type);
  if (belongs_to_owner(kind))
    return fmt::format("{}, which only the program that has them open can put there", plural(kind));
  if (kind == ValueContent::cgroup) return "cgroups, which the kernel does not tell";
  if (key_content(type) == KeyContent::cgroup_id)
    return "values of cgroups, whose entries come and go with the programs attached to them";
  return {};
}

Failed cannot_save(const Map& map, const std::string& reason) {
  return Failed(
      {"unsupported", Exit::refused, fmt::format("cannot save {}: {}", map.label(), reason)});
}

/// Throws Failed if entries of this map type cannot be read, or if only the program that made them
/// can put them.
void check_can_be_saved(const Map& map) {
  const MapType type = map.info().type;
  if (const std::string values = owned_values(type); !values.empty())
    throw cannot_save(map, fmt::format("it holds {}", values));
  for (const Operation operation : {Operation::next_key, Operation::lookup, Operation::update})
    if (!can(type, operation)) throw cannot_save(map, refusal(type, operation));
}

/// Prints entries with stable names: ids in values that are valid only now (maps, programs,
/// interfaces) are replaced by pins and names.
class SavedEntries {
 public:
  /// shown: the schema for plain keys and values. All arguments have to outlive it.
  SavedEntries(const Target& target, const Schema& shown, PinSurvey& pins)
      : target_(target),
        kind_(value_content(target.map.info().type)),
        shown_(shown),
        pins_(pins),
        printer_(shown, EntryPrinter::Parts::entry, {}, Texts::exact) {}

  std::vector<Column> columns() const { return printer_.columns(); }

  /// Throws Failed, naming the entry, if a value has no such name.
  void check() const {
    if (!holds_ids()) return;
    walk(target_, MapReader::Wanted::entries,
         [&](const Chunk& chunk, std::size_t i) { pin_in(chunk.key(i), chunk.value(i)); });
  }

  void print(Output& output, ByteView key, ByteView value) const {
    if (!holds_ids()) return printer_.print(output, key, value);
    const std::string pin = pin_in(key, value);  // throws before a part of the line is written
    output.begin_struct();
    output.member("key");
    decode_key(shown_.key, key, output);
    output.member("value");
    is_redirect(kind_) ? print_redirect(output, value, pin) : output.string(pin);
    output.end_struct();
  }

 private:
  /// Returns true if values are or contain ids of maps or programs.
  bool holds_ids() const {
    return kind_ == ValueContent::map || kind_ == ValueContent::program || is_redirect(kind_);
  }

  /// Prints the target of a redirect, a name if it has one, and a program.
  void print_redirect(Output& output, ByteView value, const std::string& program) const {
    const bool to_device = kind_ == ValueContent::interface;
    const auto print_number = [&] {
      const std::uint32_t number = number_at(value, 0);
      char name[IF_NAMESIZE];
      if (to_device && ::if_indextoname(number, name) != nullptr) return output.string(name);
      output.integer(std::uint64_t{number});
    };
    if (value.size() < 8) return print_number();
    output.begin_struct();
    output.member(to_device ? "ifindex" : "qsize");
    print_number();
    if (!program.empty()) {
      output.member("bpf_prog");
      output.string(program);
    }
    output.end_struct();
  }

  /// Returns an empty text if no program is beside the number.
  std::string pin_in(ByteView key, ByteView value) const {
    if (kind_ == ValueContent::map) return pin_of(pins_.maps(), "map", number_at(value, 0), key);
    const std::uint32_t id = number_at(value, is_redirect(kind_) ? 4 : 0);
    return id == 0 ? "" : pin_of(pins_.programs(), "program", id, key);
  }

  std::string pin_of(const PinsById& pins, std::string_view what, std::uint32_t id,
                     ByteView key) const {
    const auto found = pins.find(id);
    if (found != pins.end()) return text_of_name(found->second.front());
    throw Failed({"unsupported",
                  Exit::refused,
                  fmt::format("cannot save {}: the {} id {} at {} has no pin", target_.map.label(),
                              what, id, key_text_of(shown_.key, key)),
                  "its number means nothing once it is gone; a pin is a name for it that stays",
                  {what == "map" ? fmt::format("pin it: mapctl pin id:{} PATH", id)
                                 : fmt::format("pin it: bpftool prog pin id {} PATH", id)}});
  }

  const Target& target_;
  ValueContent kind_;
  const Schema& shown_;
  PinSurvey& pins_;
  EntryPrinter printer_;
};

void note_lost_type(const Map& map, const Layout& own, const Layout& saved, std::string_view what) {
  if (own.kind == Kind::untyped || saved.kind != Kind::untyped) return;
  note(fmt::format("the type of the {} of {} cannot be written down: they are saved as bytes", what,
                   map.label()));
}

/// Overwrites the space that was reserved for the header.
void write_header_again(const SavedHeader& header, std::size_t width, off_t place, int fd) {
  ::lseek(fd, place, SEEK_SET);
  Stream stream(fd);
  stream.buffer() = header_line(header, width);
  stream.flush();
  ::lseek(fd, 0, SEEK_END);
}

[[noreturn]] void end_by_interrupt(const Map& map, std::size_t entries) {
  throw Failed({"interrupted", Exit::interrupted,
                fmt::format("interrupted after {} entries of {}: what is written is not complete",
                            entries, map.label())});
}

class MapSave {
 public:
  MapSave(const std::string& reference, const SaveOptions& options, const Session& session,
          PinSurvey& pins)
      : options_(options),
        session_(session),
        pins_(pins),
        target_(opened(reference, session)),
        header_(header()),
        shown_(shown_schema()),
        entries_(*target_, shown_, pins) {
    entries_.check();
  }
  MapSave(const MapSave&) = delete;
  MapSave& operator=(const MapSave&) = delete;

  void write(SaveTo to) {
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

 private:
  static std::shared_ptr<const Target> opened(const std::string& reference,
                                              const Session& session) {
    std::shared_ptr<const Target> target = open_target(reference, Operation::info, session);
    check_can_be_saved(target->map);
    refuse_to_lose_types(target->map.info(), target->schema, session,
                         "save " + target->map.label());
    return target;
  }

  /// Describes the first inner map, as the model for all.
  std::shared_ptr<const SavedMap> inner() const {
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
    const Schema schema = schema_of(inner);
    refuse_to_lose_types(inner.info(), schema, session_,
                         fmt::format("save {}, which holds {}", map.label(), inner.label()));
    return std::make_shared<const SavedMap>(describe(inner.info(), schema));
  }

  SavedHeader header() const {
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

  Schema shown_schema() const {
    const bool as_bytes = session_.hex || target_->schema.types_unreadable;
    Schema shown = as_bytes ? target_->shown() : header_.map.schema;
    if (!options_.counters) shown.value = without_counters(shown.value);
    return shown;
  }

  WalkStats write_entries(Output& output, Progress& progress) const {
    EntryReader reader(*target_);
    while (const std::optional<Chunk> chunk = reader.next()) {
      for (std::size_t i = 0; i < chunk->size(); ++i)
        entries_.print(output, chunk->key(i), chunk->value(i));
      progress.add(chunk->size());
      if (interrupted()) end_by_interrupt(target_->map, reader.stats().entries);
    }
    return reader.stats();
  }

  const SaveOptions& options_;
  Session session_;
  PinSurvey& pins_;
  const std::shared_ptr<const Target> target_;
  SavedHeader header_;
  const Schema shown_;
  const SavedEntries entries_;
};

}  // namespace

std::function<void(SaveTo)> prepare_save(const std::string& reference, const SaveOptions& options,
                                         const Session& session, PinSurvey& pins) {
  return [save = std::make_shared<MapSave>(reference, options, session, pins)](SaveTo to) {
    save->write(to);
  };
}

}  // namespace mapctl::cli
