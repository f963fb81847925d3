#include "cli/saved/saved_entry.hpp"

#include <fmt/format.h>
#include <net/if.h>

#include <cstring>

#include "cli/entry/device_value.hpp"
#include "cli/entry/walk.hpp"
#include "cli/session/failure.hpp"
#include "mapctl/text/codec.hpp"

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

}  // namespace

void check_can_be_saved(const Map& map) {
  const MapType type = map.info().type;
  if (const std::string values = owned_values(type); !values.empty())
    throw cannot_save(map, fmt::format("it holds {}", values));
  for (const Operation operation : {Operation::next_key, Operation::lookup, Operation::update})
    if (!can(type, operation)) throw cannot_save(map, refusal(type, operation));
}

const PinsById& PinSurvey::maps() {
  if (!maps_) maps_ = std::make_unique<PinsById>(pins_by_id());
  return *maps_;
}

const PinsById& PinSurvey::programs() {
  if (!programs_) programs_ = std::make_unique<PinsById>(program_pins_by_id());
  return *programs_;
}

SavedEntries::SavedEntries(const Map& map, const Schema& shown, PinSurvey& pins)
    : map_(map),
      kind_(value_content(map.info().type)),
      shown_(shown),
      pins_(pins),
      printer_(shown, EntryPrinter::Parts::entry) {}

std::vector<Column> SavedEntries::columns() const { return printer_.columns(); }

bool SavedEntries::holds_ids() const {
  return kind_ == ValueContent::map || kind_ == ValueContent::program || is_redirect(kind_);
}

void SavedEntries::check() const {
  if (!holds_ids()) return;
  walk(map_, MapReader::Wanted::entries,
       [&](const Chunk& chunk, std::size_t i) { pin_in(chunk.key(i), chunk.value(i)); });
}

void SavedEntries::print(Output& output, ByteView key, ByteView value) const {
  if (!holds_ids()) return printer_.print(output, key, value);
  const std::string pin = pin_in(key, value);  // throws before a part of the line is written
  output.begin_struct();
  output.member("key");
  decode_key(shown_.key, key, output);
  output.member("value");
  is_redirect(kind_) ? print_redirect(output, value, pin) : output.string(pin);
  output.end_struct();
}

/// Prints the target of a redirect, a name if it has one, and a program.
void SavedEntries::print_redirect(Output& output, ByteView value,
                                  const std::string& program) const {
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
std::string SavedEntries::pin_in(ByteView key, ByteView value) const {
  if (kind_ == ValueContent::map) return pin_of(pins_.maps(), "map", number_at(value, 0), key);
  const std::uint32_t id = number_at(value, is_redirect(kind_) ? 4 : 0);
  return id == 0 ? "" : pin_of(pins_.programs(), "program", id, key);
}

std::string SavedEntries::pin_of(const PinsById& pins, std::string_view what, std::uint32_t id,
                                 ByteView key) const {
  const auto found = pins.find(id);
  if (found != pins.end()) return found->second.front();
  throw Failed({"unsupported",
                Exit::refused,
                fmt::format("cannot save {}: the {} id {} at {} has no pin", map_.label(), what, id,
                            key_text_of(shown_.key, key)),
                "its number means nothing once it is gone; a pin is a name for it that stays",
                {what == "map" ? fmt::format("pin it: mapctl pin id:{} PATH", id)
                               : fmt::format("pin it: bpftool prog pin id {} PATH", id)}});
}

}  // namespace mapctl::cli
