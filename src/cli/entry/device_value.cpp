#include "cli/entry/device_value.hpp"

#include <fmt/format.h>
#include <net/if.h>

#include <algorithm>
#include <cctype>
#include <climits>
#include <cstring>
#include <optional>

#include "cli/naming/map_ref.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"

namespace mapctl::cli {

namespace {

bool is_device_map(const Map& map) {
  return value_content(map.info().type) == ValueContent::interface;
}

/// Reads a number such as 3 or 0x3.
std::optional<std::uint32_t> number_in(const std::string& text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0)
    return std::nullopt;
  try {
    std::uint32_t number = 0;
    encode({.kind = Kind::integer, .size = sizeof number}, text, writable_bytes_of(number));
    return number;
  } catch (const BadInput&) {
    return std::nullopt;
  }
}

std::uint32_t interface_index(const std::string& text) {
  const auto number = number_in(text);
  if (number == 0U) throw BadInput("no interface has the number 0", {"to remove an entry: del"});
  char name[IF_NAMESIZE];
  if (number && ::if_indextoname(*number, name) != nullptr) return *number;
  const std::uint32_t index = number ? 0 : ::if_nametoindex(text.c_str());
  if (index != 0) return index;
  throw Failed({"not_found",
                Exit::not_found,
                fmt::format("there is no interface '{}'", excerpt(text)),
                {},
                {"see what there is: ip link"}});
}

std::uint32_t queue_size(const std::string& text) {
  const auto number = number_in(text);
  if (number && *number > 0) return *number;
  throw BadInput(fmt::format("'{}' is not a number of packets, 1 to 16384", excerpt(text)),
                 {"to remove an entry: del"});
}

/// An entry of a device or CPU map as the user writes it.
struct Redirect {
  std::string to;         ///< an interface, or the queue size of the CPU in packets
  std::string program{};  ///< empty or 0: none
};

Layout text_layout(std::uint32_t size) {
  return {.kind = Kind::text, .size = size, .name = "char"};
}

std::string text_at(ByteView bytes) {
  const auto* const begin = reinterpret_cast<const char*>(bytes.data());
  return {begin, ::strnlen(begin, bytes.size())};
}

/// Reads a struct whose members stay text; they are resolved to numbers later, so names and pins
/// can replace the kernel's numbers.
Redirect read_struct(const std::string& first, const std::string& text) {
  constexpr std::uint32_t longest = PATH_MAX;
  const Layout texts{
      .kind = Kind::structure,
      .size = 2 * longest,
      .members = {{.name = first, .type = text_layout(longest)},
                  {.name = "bpf_prog", .type = text_layout(longest), .bit_offset = 8 * longest}}};
  const Bytes bytes = encode(texts, text);
  const ByteView view = bytes;
  return {text_at(view.first(longest)), text_at(view.subspan(longest))};
}

/// Reads bytes as `--hex` prints them, which contain the program's id.
Redirect read_hex(const Map& map, const std::string& text) {
  const Bytes bytes = encode(bytes_layout(map.info().value_size), text);
  std::uint32_t numbers[2]{};
  std::memcpy(numbers, bytes.data(), std::min(bytes.size(), sizeof numbers));
  return {std::to_string(numbers[0]), std::to_string(numbers[1])};
}

Redirect read_redirect(const Map& map, const std::string& text) {
  const bool has_program = map.info().value_size == 8;
  if (text.starts_with("hex:")) return read_hex(map, text);
  const bool is_struct = text.find_first_of("={") != std::string::npos;
  if (!has_program || !is_struct) return {text};
  return read_struct(is_device_map(map) ? "ifindex" : "qsize", text);
}

}  // namespace

std::pair<Bytes, Fd> redirect_value(const Map& map, const std::string& text) {
  const Redirect redirect = read_redirect(map, text);
  const std::uint32_t number =
      is_device_map(map) ? interface_index(redirect.to) : queue_size(redirect.to);
  Bytes value(map.info().value_size);
  std::ranges::copy(bytes_of(number), value.begin());
  if (redirect.program.empty() || redirect.program == "0") return {std::move(value), Fd()};
  Fd program = open_program_called(redirect.program);
  const std::int32_t fd = program.get();
  std::ranges::copy(bytes_of(fd), value.begin() + sizeof number);
  return {std::move(value), std::move(program)};
}

}  // namespace mapctl::cli
