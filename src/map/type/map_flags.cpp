#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "map/type/map_flags.hpp"
#include "mapctl/map_type.hpp"

// The flags that maps are created with, by name.

namespace mapctl {
namespace {

constexpr std::array flags{
    MapFlag{"no_prealloc", map_flag::no_prealloc},
    MapFlag{"no_common_lru", map_flag::no_common_lru},
    MapFlag{"numa_node", map_flag::numa_node},
    MapFlag{"rdonly", map_flag::rdonly},
    MapFlag{"wronly", map_flag::wronly},
    MapFlag{"stack_build_id", map_flag::stack_build_id},
    MapFlag{"zero_seed", map_flag::zero_seed},
    MapFlag{"rdonly_prog", map_flag::rdonly_prog},
    MapFlag{"wronly_prog", map_flag::wronly_prog},
    MapFlag{"clone", map_flag::clone},
    MapFlag{"mmapable", map_flag::mmapable},
    MapFlag{"preserve_elems", map_flag::preserve_elems},
    MapFlag{"inner_map", map_flag::inner_map},
    MapFlag{"link", map_flag::link},
    MapFlag{"path_fd", map_flag::path_fd},
    MapFlag{"vtype_btf_obj_fd", map_flag::vtype_btf_obj_fd},
    MapFlag{"token_fd", map_flag::token_fd},
    MapFlag{"segv_on_fault", map_flag::segv_on_fault},
    MapFlag{"no_user_conv", map_flag::no_user_conv},
};

}  // namespace

std::span<const MapFlag> map_flags() { return flags; }

std::vector<std::string> flag_names(std::uint32_t bits) {
  std::vector<std::string> names;
  for (const MapFlag& flag : flags)
    if ((std::exchange(bits, bits & ~flag.bit) & flag.bit) != 0) names.emplace_back(flag.name);
  if (bits != 0) names.push_back(fmt::format("{:#x}", bits));
  return names;
}

}  // namespace mapctl
