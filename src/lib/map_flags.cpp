#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "mapctl/error.hpp"
#include "mapctl/map_type.hpp"
#include "mapctl/text.hpp"

// The flags that maps are created with, by name.

namespace mapctl {
namespace {

struct Flag {
  std::string_view name;
  std::uint32_t bit;
};

constexpr std::array flags{
    Flag{"no_prealloc", 1U << 0},   Flag{"no_common_lru", 1U << 1},
    Flag{"numa_node", 1U << 2},     Flag{"rdonly", 1U << 3},
    Flag{"wronly", 1U << 4},        Flag{"stack_build_id", 1U << 5},
    Flag{"zero_seed", 1U << 6},     Flag{"rdonly_prog", 1U << 7},
    Flag{"wronly_prog", 1U << 8},   Flag{"clone", 1U << 9},
    Flag{"mmapable", 1U << 10},     Flag{"preserve_elems", 1U << 11},
    Flag{"inner_map", 1U << 12},    Flag{"link", 1U << 13},
    Flag{"path_fd", 1U << 14},      Flag{"vtype_btf_obj_fd", 1U << 15},
    Flag{"token_fd", 1U << 16},     Flag{"segv_on_fault", 1U << 17},
    Flag{"no_user_conv", 1U << 18},
};

std::optional<std::uint32_t> parse_number(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  std::uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, hex ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::uint32_t parse_flag(std::string_view text) {
  if (const auto* flag = std::ranges::find(flags, text, &Flag::name); flag != flags.end())
    return flag->bit;
  if (const auto number = parse_number(text)) return *number;
  std::vector<std::string_view> known;
  for (const Flag& flag : flags) known.push_back(flag.name);
  throw BadInput(fmt::format("there is no map flag '{}'", excerpt(text)),
                 {fmt::format("use {}", fmt::join(known, ", "))});
}

}  // namespace

std::vector<std::string> flag_names(std::uint32_t bits) {
  std::vector<std::string> names;
  for (const Flag& flag : flags)
    if ((std::exchange(bits, bits & ~flag.bit) & flag.bit) != 0) names.emplace_back(flag.name);
  if (bits != 0) names.push_back(fmt::format("{:#x}", bits));
  return names;
}

std::uint32_t parse_flags(std::string_view names) {
  std::uint32_t bits = 0;
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    bits |= parse_flag(names.substr(0, comma));
    names = comma == std::string_view::npos ? std::string_view{} : names.substr(comma + 1);
  }
  return bits;
}

}  // namespace mapctl
