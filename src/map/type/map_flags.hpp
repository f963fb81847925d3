#pragma once
// The flags that maps are created with, as numbers, including flags that are newer than the kernel
// headers of the build.

#include <array>
#include <cstdint>
#include <string_view>

namespace mapctl::map_flag {

inline constexpr std::uint32_t no_prealloc = 1U << 0;
inline constexpr std::uint32_t no_common_lru = 1U << 1;
inline constexpr std::uint32_t numa_node = 1U << 2;
inline constexpr std::uint32_t rdonly = 1U << 3;
inline constexpr std::uint32_t wronly = 1U << 4;
inline constexpr std::uint32_t stack_build_id = 1U << 5;
inline constexpr std::uint32_t zero_seed = 1U << 6;
inline constexpr std::uint32_t rdonly_prog = 1U << 7;
inline constexpr std::uint32_t wronly_prog = 1U << 8;
inline constexpr std::uint32_t clone = 1U << 9;
inline constexpr std::uint32_t mmapable = 1U << 10;
inline constexpr std::uint32_t preserve_elems = 1U << 11;
inline constexpr std::uint32_t inner_map = 1U << 12;
inline constexpr std::uint32_t link = 1U << 13;
inline constexpr std::uint32_t path_fd = 1U << 14;
inline constexpr std::uint32_t vtype_btf_obj_fd = 1U << 15;
inline constexpr std::uint32_t token_fd = 1U << 16;
inline constexpr std::uint32_t segv_on_fault = 1U << 17;
inline constexpr std::uint32_t no_user_conv = 1U << 18;

}  // namespace mapctl::map_flag

namespace mapctl {

/// The names of the flags, from bit 0 on.
inline constexpr std::array<std::string_view, 19> map_flag_names{
    "no_prealloc",      "no_common_lru",  "numa_node",     "rdonly",      "wronly",
    "stack_build_id",   "zero_seed",      "rdonly_prog",   "wronly_prog", "clone",
    "mmapable",         "preserve_elems", "inner_map",     "link",        "path_fd",
    "vtype_btf_obj_fd", "token_fd",       "segv_on_fault", "no_user_conv"};
static_assert(map_flag::no_user_conv == 1U << (map_flag_names.size() - 1));

}  // namespace mapctl
