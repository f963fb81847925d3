#include "object_value.hpp"

#include <fmt/format.h>

#include <charconv>

#include "failure.hpp"
#include "map_ref.hpp"
#include "mapctl/pin.hpp"

namespace mapctl::cli {

namespace {

Fd open_program_reference(const std::string& reference) {
  if (!reference.starts_with("id:")) return open_program(pin_path(reference));
  std::uint32_t id = 0;
  const char* const end = reference.data() + reference.size();
  const auto parsed = std::from_chars(reference.data() + 3, end, id);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    throw usage_error(fmt::format("'{}' is not a program id", reference),
                      {"ids are numbers: id:42"});
  return open_program(id);
}

}  // namespace

Bytes ObjectValue::bytes() const {
  const Map* const map = std::get_if<Map>(&object_);
  const std::int32_t fd = map != nullptr ? map->fd() : std::get<Fd>(object_).get();
  const ByteView view = bytes_of(fd);
  return {view.begin(), view.end()};
}

ObjectValue object_value(const Map& map, const std::string& argument) {
  if (holds_maps(map.info().type)) return ObjectValue(open_map(argument, Access::read_write));
  if (map.info().type == MapType::prog_array) return ObjectValue(open_program_reference(argument));
  return {};
}

}  // namespace mapctl::cli
