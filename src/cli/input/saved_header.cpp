#include "cli/input/saved_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/input/json_scan.hpp"
#include "cli/output/json_object.hpp"
#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "mapctl/info.hpp"
#include "mapctl/text/flags_text.hpp"
#include "mapctl/text/type_text.hpp"

namespace mapctl::cli {

namespace {

using nlohmann::json;

constexpr std::uint64_t version = 1;

/// In the order of Consistency.
constexpr std::array<std::string_view, 3> consistencies{"per_bucket", "per_element", "best_effort"};

std::vector<std::string> transformed(std::vector<std::string> names,
                                     std::string (*into)(std::string_view)) {
  std::ranges::transform(names, names.begin(), into);
  return names;
}

// ---- writing ----

std::string text_of_type(const Layout& layout) {
  return exact_type_text(layout).value_or(std::to_string(layout.size));
}

std::string map_text(const SavedMap& map) {
  JsonObject out;
  out.text("name", map.spec.name);
  out.text("type", type_name(map.spec.type));
  out.number("key_size", map.spec.key_size);
  out.number("value_size", map.spec.value_size);
  out.number("max_entries", map.spec.max_entries);
  out.texts("flags", flag_names(map.spec.flags));
  if (map.spec.map_extra != 0) out.number("map_extra", map.spec.map_extra);
  if (map.spec.key_size != 0) out.text("key", text_of_type(map.schema.key));
  if (map.spec.value_size != 0) out.text("value", text_of_type(map.schema.value));
  if (map.frozen) out.raw("frozen", "true");
  if (!map.pinned.empty()) out.texts("pinned", transformed(map.pinned, text_of_name));
  if (map.inner) out.raw("inner", map_text(*map.inner));
  return std::move(out).end();
}

// ---- reading ----

[[noreturn]] void refuse(const std::string& reason) {
  throw BadInput("the header makes no map: " + reason);
}

const json& member(const json& object, const char* name) {
  static const json absent;
  const auto found = object.find(name);
  return found == object.end() ? absent : *found;
}

std::uint64_t number(const json& object, const char* name, std::uint64_t largest) {
  const json& value = member(object, name);
  if (value.is_null()) return 0;
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > largest)
    refuse(fmt::format("{} is not a number from 0 to {}", name, largest));
  return value.get<std::uint64_t>();
}

std::uint32_t size(const json& object, const char* name) {
  return static_cast<std::uint32_t>(
      number(object, name, std::numeric_limits<std::uint32_t>::max()));
}

/// The member as `what`, which T stands for; empty if it is absent.
template <typename T>
T read(const json& object, const char* name, std::string_view what) try {
  const json& value = member(object, name);
  return value.is_null() ? T{} : value.get<T>();
} catch (const json::exception&) {
  refuse(fmt::format("{} is not {}", name, what));
}

std::string text(const json& object, const char* name) {
  return read<std::string>(object, name, "a text");
}

std::vector<std::string> texts(const json& object, const char* name) {
  return read<std::vector<std::string>>(object, name, "a list of texts");
}

MapType type(const json& map) {
  const std::string name = text(map, "type");
  if (const auto known = parse_map_type(name)) return *known;
  refuse(name.empty() ? "it does not say of which type"
                      : fmt::format("there is no map type '{}'", excerpt(name)));
}

std::uint32_t flags(const json& map) {
  std::uint32_t bits = 0;
  for (const std::string& name : texts(map, "flags")) bits |= parse_flags(name);
  return bits;
}

/// Checks that the type and the size beside it agree.
Layout layout(const json& map, const char* name, std::uint32_t size) {
  const std::string type = text(map, name);
  Layout layout = type.empty() ? untyped_layout(size) : parse_type(type);
  if (layout.size != size)
    refuse(fmt::format("{}_size is {}, and a {} has {} bytes", name, size, excerpt(type),
                       layout.size));
  return layout;
}

SavedMap read_map(const json& map, bool may_have_inner) {
  if (!map.is_object()) refuse("what it says of the map is not an object");
  SavedMap saved;
  MapSpec& spec = saved.spec;
  spec.type = type(map);
  spec.name = text(map, "name");
  spec.key_size = size(map, "key_size");
  spec.value_size = size(map, "value_size");
  spec.max_entries = size(map, "max_entries");
  spec.flags = flags(map);
  spec.map_extra = number(map, "map_extra", std::numeric_limits<std::uint64_t>::max());
  saved.schema = {layout(map, "key", spec.key_size), layout(map, "value", spec.value_size),
                  is_per_cpu(spec.type)};
  if (key_content(spec.type) == KeyContent::prefix) mark_prefix_key(saved.schema.key);
  spec = complete(std::move(spec));
  saved.frozen = member(map, "frozen") == true;
  saved.pinned = transformed(texts(map, "pinned"), name_of_text);
  if (const json& inner = member(map, "inner"); !inner.is_null() && may_have_inner)
    saved.inner = std::make_shared<const SavedMap>(read_map(inner, false));
  return saved;
}

std::optional<Consistency> consistency(const std::string& name) {
  const auto* const found = std::ranges::find(consistencies, name);
  if (found == consistencies.end()) return std::nullopt;
  return static_cast<Consistency>(found - consistencies.begin());
}

json parsed(std::string_view line) {
  json header = json::parse(line, nullptr, false);
  if (!header.is_object()) refuse("it is not an object in JSON");
  const json& found = member(header, "mapctl");
  if (found == version) return header;
  throw BadInput(fmt::format("the file is of version {} of the format, and this mapctl reads "
                             "version {}",
                             excerpt(found.dump()), version),
                 {"use a newer mapctl"});
}

std::optional<std::uint64_t> entries(const json& header) {
  if (member(header, "entries").is_null()) return std::nullopt;
  return number(header, "entries", std::numeric_limits<std::uint64_t>::max());
}

}  // namespace

std::optional<TypePair> SavedMap::types() const {
  if (schema.key.kind == Kind::untyped && schema.value.kind == Kind::untyped) return std::nullopt;
  return TypePair{schema.key, schema.value};
}

SavedMap describe(const MapInfo& info, const Schema& schema) {
  SavedMap map{.spec = {.type = info.type,
                        .name = info.name,
                        .key_size = info.key_size,
                        .value_size = info.value_size,
                        .max_entries = info.max_entries,
                        .flags = info.flags,
                        .map_extra = info.map_extra},
               .schema = schema};
  // The kernel does not report the node, and another machine may not have it.
  map.spec.flags &= ~(parse_flags("numa_node") | automatic_flags(info.type));
  if (!exact_type_text(schema.key))
    map.schema.key = untyped_layout(info.key_size, key_content(info.type) == KeyContent::prefix);
  if (!exact_type_text(schema.value)) map.schema.value = untyped_layout(info.value_size);
  map.spec = complete(std::move(map.spec));
  return map;
}

std::string header_line(const SavedHeader& header, std::size_t width) {
  JsonObject out;
  out.number("mapctl", version);
  out.raw("map", map_text(header.map));
  if (header.entries) out.number("entries", *header.entries);
  if (header.consistency)
    out.text("consistency", consistencies[static_cast<std::size_t>(*header.consistency)]);
  std::string line = std::move(out).end();
  if (line.size() < width) line.insert(line.size() - 1, width - line.size(), ' ');
  return line;
}

std::size_t longest_header(SavedHeader header) {
  header.entries = std::numeric_limits<std::uint64_t>::max();
  header.consistency = Consistency::best_effort;  // no name is longer than this and per_element's
  return header_line(header).size();
}

bool is_header(std::string_view line) {
  JsonScan scan(line);
  const auto name = scan.accept('{') ? scan.name() : std::nullopt;
  return name == "mapctl" || name == "map";
}

SavedHeader read_header(std::string_view line) {
  const json header = parsed(line);
  return {.map = read_map(member(header, "map"), true),
          .entries = entries(header),
          .consistency = consistency(text(header, "consistency"))};
}

std::optional<std::uint64_t> entries_in_header(std::string_view line) {
  return entries(parsed(line));
}

}  // namespace mapctl::cli
