#include "filter/objects/rodata_flag.hpp"

#include <algorithm>

#include "mapctl/error.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/schema.hpp"

namespace mapctl {

namespace {

std::optional<bool> flag_in(const Map& map, std::string_view name) {
  const Layout variables = schema_of(map).value;
  const auto found = std::ranges::find(variables.members, name, &Member::name);
  if (found == variables.members.end()) return std::nullopt;
  const std::optional<Bytes> value = map.get(bytes_of(std::uint32_t{0}));
  if (!value || found->offset() >= value->size()) return std::nullopt;
  return (*value)[found->offset()] != std::byte{0};
}

}  // namespace

std::optional<bool> program_flag(const ProgramInfo& program, std::string_view name) {
  try {
    for (const std::uint32_t id : program.map_ids)
      if (const Map map = Map::open(id, Access::read_only); map.info().name.ends_with(".rodata"))
        return flag_in(map, name);
  } catch (const Error&) {  // the program is gone meanwhile, or cannot be opened
  }
  return std::nullopt;
}

}  // namespace mapctl
