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

bool is_device_map(MapType type) { return type == MapType::devmap || type == MapType::devmap_hash; }

/// What values are of maps whose entries only their owner can make.
std::string_view owned_values(MapType type) {
  switch (type) {
    case MapType::sockmap:
    case MapType::sockhash:
    case MapType::xskmap:
    case MapType::reuseport_sockarray:
      return "sockets, which only the program that has them open can put there";
    case MapType::perf_event_array:
      return "perf events, which only the program that has them open can put there";
    case MapType::cgroup_array:
      return "cgroups, which the kernel does not tell";
    case MapType::cgroup_storage:
    case MapType::percpu_cgroup_storage:
      return "values of cgroups, whose entries come and go with the programs attached to them";
    default:
      return {};
  }
}

Failed cannot_save(const Map& map, const std::string& reason) {
  return Failed(
      {"unsupported", Exit::refused, fmt::format("cannot save {}: {}", map.label(), reason)});
}

}  // namespace

void check_can_be_saved(const Map& map) {
  const MapType type = map.info().type;
  if (const std::string_view values = owned_values(type); !values.empty())
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
    : map_(map), shown_(shown), pins_(pins), printer_(shown, EntryPrinter::Parts::entry) {}

std::vector<Column> SavedEntries::columns() const { return printer_.columns(); }

void SavedEntries::check() const {
  const MapType type = map_.info().type;
  const bool holds_programs = type == MapType::prog_array || is_redirect(type);
  if (!holds_maps(type) && !holds_programs) return;
  walk(map_, MapReader::Wanted::entries, [&](const Chunk& chunk, std::size_t i) {
    if (holds_maps(type))
      pin_of(pins_.maps(), "map", number_at(chunk.value(i), 0), chunk.key(i));
    else
      program_of(chunk.key(i), chunk.value(i));
  });
}

void SavedEntries::print(Output& output, ByteView key, ByteView value) const {
  const MapType type = map_.info().type;
  const bool is_object = holds_maps(type) || type == MapType::prog_array;
  if (!is_object && !is_redirect(type)) return printer_.print(output, key, value);
  // Refused before a part of the line is out.
  const std::string pin = holds_maps(type) ? pin_of(pins_.maps(), "map", number_at(value, 0), key)
                                           : program_of(key, value);
  output.begin_struct();
  output.member("key");
  decode_key(shown_.key, key, output);
  output.member("value");
  is_object ? output.string(pin) : print_redirect(output, value, pin);
  output.end_struct();
}

/// The number that a packet is redirected to, or what it is called; and a program.
void SavedEntries::print_redirect(Output& output, ByteView value,
                                  const std::string& program) const {
  const bool to_device = is_device_map(map_.info().type);
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

/// Empty where the entry has none.
std::string SavedEntries::program_of(ByteView key, ByteView value) const {
  const bool is_array = map_.info().type == MapType::prog_array;
  const std::uint32_t id = number_at(value, is_array ? 0 : 4);
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
