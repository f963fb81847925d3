#include "mapctl/text/typed_map.hpp"

#include <cerrno>

#include <fmt/format.h>

#include "map/create/map_create.hpp"
#include "map/error/kernel_error.hpp"
#include "map/type/map_type_table.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/type_text.hpp"
#include "text/btf/btf_writer.hpp"

namespace mapctl {
namespace {

void fill(Layout& type, std::uint32_t known_size, bool is_signed) {
  if (type.size == 0 && known_size != 0)
    type = {.kind = Kind::integer, .size = known_size, .is_signed = is_signed};
}

/// The kernel reads any 4 bytes as an index in host order, so an address cannot be one.
void check_index(const MapSpec& spec, const Layout& key) {
  const bool is_index = key.kind == Kind::integer || key.kind == Kind::enumeration;
  if (!is_indexed(spec.type) || is_index || key.kind == Kind::untyped) return;
  if (key.size != sizeof(std::uint32_t)) return;
  throw BadInput(fmt::format("cannot {}: the keys of {} are indices, not {}", attempt(spec),
                             with_article(spec.type), type_text(key)),
                 {"leave the key out, or use u32"});
}

/// Explains why the kernel refuses a map with types that it would accept without them.
std::string types_refusal(MapType type, const TypePair& types) {
  const std::string name = with_article(type);
  if (key_content(type) == KeyContent::prefix && types.key.kind != Kind::structure)
    return fmt::format(
        "the kernel keeps types for {} only if its key is a struct, or cidr4, cidr6, cidr", name);
  if (is_array_like(type) && types.key.kind != Kind::integer)
    return fmt::format("the kernel keeps types for {} only if its key is a u32", name);
  return fmt::format("the kernel refuses types for {} like this", name);
}

/// Nullopt if the kernel may object to the types.
std::optional<Map> create_with_types(const MapSpec& spec) {
  try {
    return Map::create(spec);
  } catch (const BadInput&) {
    return std::nullopt;
  } catch (const Error& error) {
    if (error.error_number() != EINVAL && error.error_number() != error_not_supported) throw;
    return std::nullopt;
  }
}

/// Explains why the types of such a map cannot be loaded.
std::string loading_refusal(MapType type, const LoadedBtf& btf) {
  if (!takes_btf(type)) return fmt::format("the kernel keeps no types for {}", with_article(type));
  return "the kernel refuses their BTF: " + btf.refusal;
}

void compare(std::string_view what, const Layout& have, const Layout& want,
             std::vector<std::string>& found) {
  if (have.kind == Kind::untyped || want.kind == Kind::untyped) return;
  const std::string had = type_text(have);
  const std::string wanted = type_text(want);
  if (had != wanted) found.push_back(fmt::format("{} is {}, not {}", what, had, wanted));
}

}  // namespace

MapSpec complete(MapSpec spec, std::optional<TypePair>& types) {
  if (needs_types(spec.type) && !types) types = TypePair{{}, untyped_layout(spec.value_size)};
  if (types) {
    fill(types->key, fixed_key_size(spec.type), needs_types(spec.type));
    fill(types->value, fixed_value_size(spec.type), false);
    if (spec.key_size == 0) spec.key_size = types->key.size;
    if (spec.value_size == 0) spec.value_size = types->value.size;
  }
  return complete(std::move(spec));
}

CreatedMap create_map(const MapSpec& wanted, std::optional<TypePair> types) {
  check_map_name(wanted.name);
  MapSpec spec = complete(wanted, types);
  if (!types) return {Map::create(spec)};
  check_index(spec, types->key);
  const LoadedBtf btf = takes_btf(spec.type) ? load_btf(types->key, types->value) : LoadedBtf{};
  if (btf.fd) spec.btf = MapBtf{btf.fd.get(), btf.key_type_id, btf.value_type_id};
  if (needs_types(spec.type) && !btf.fd)
    throw BadInput(fmt::format(
        "cannot {}: the kernel makes none without types, and refuses the BTF of these: {}",
        attempt(spec), btf.refusal));
  if (needs_types(spec.type)) return {Map::create(spec)};
  if (btf.fd)
    if (std::optional<Map> map = create_with_types(spec)) return {std::move(*map)};
  spec.btf.reset();
  return {Map::create(spec),
          btf.fd ? types_refusal(spec.type, *types) : loading_refusal(spec.type, btf)};
}

std::vector<std::string> differences(const Map& map, const MapSpec& wanted,
                                     std::optional<TypePair> types) {
  const MapSpec spec = complete(wanted, types);
  std::vector<std::string> found = differences(map, spec);
  if (types && map.info().type == spec.type) {
    const Schema schema = schema_of(map);
    compare("key", schema.key, types->key, found);
    compare("value", schema.value, types->value, found);
  }
  return found;
}

}  // namespace mapctl
