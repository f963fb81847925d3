#include "mapctl/text/flags_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "map/error/printable.hpp"
#include "map/type/map_flags.hpp"
#include "mapctl/error.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl {
namespace {

std::uint32_t parse_flag(std::string_view text) {
  const auto* const flag = std::ranges::find(map_flag_names, text);
  if (flag != map_flag_names.end()) return 1U << (flag - map_flag_names.begin());
  if (const auto number = whole_number(text)) return *number;
  throw BadInput(fmt::format("there is no map flag '{}'", excerpt(text)),
                 {fmt::format("use {}", fmt::join(map_flag_names, ", "))});
}

}  // namespace

std::uint32_t parse_flags(std::string_view names) {
  std::uint32_t bits = 0;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    bits |= parse_flag(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return bits;
}

}  // namespace mapctl
