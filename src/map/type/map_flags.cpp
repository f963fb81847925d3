#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "map/error/printable.hpp"
#include "map/type/map_flags.hpp"
#include "mapctl/error.hpp"
#include "mapctl/map_type.hpp"

// The flags that maps are created with, by name.

namespace mapctl {
namespace {

struct Flag {
  std::string_view name;
  std::uint32_t bit;
};

constexpr std::array flags{
    Flag{"no_prealloc", map_flag::no_prealloc},
    Flag{"no_common_lru", map_flag::no_common_lru},
    Flag{"numa_node", map_flag::numa_node},
    Flag{"rdonly", map_flag::rdonly},
    Flag{"wronly", map_flag::wronly},
    Flag{"stack_build_id", map_flag::stack_build_id},
    Flag{"zero_seed", map_flag::zero_seed},
    Flag{"rdonly_prog", map_flag::rdonly_prog},
    Flag{"wronly_prog", map_flag::wronly_prog},
    Flag{"clone", map_flag::clone},
    Flag{"mmapable", map_flag::mmapable},
    Flag{"preserve_elems", map_flag::preserve_elems},
    Flag{"inner_map", map_flag::inner_map},
    Flag{"link", map_flag::link},
    Flag{"path_fd", map_flag::path_fd},
    Flag{"vtype_btf_obj_fd", map_flag::vtype_btf_obj_fd},
    Flag{"token_fd", map_flag::token_fd},
    Flag{"segv_on_fault", map_flag::segv_on_fault},
    Flag{"no_user_conv", map_flag::no_user_conv},
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
