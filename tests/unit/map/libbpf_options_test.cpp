#include "map/libbpf_options.hpp"

#include <bpf/bpf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>

namespace mapctl {
namespace {

/// Leaves bytes on the stack for those to find that do not write what is theirs.
[[gnu::noinline]] void leave_bytes() {
  volatile char bytes[4096];
  for (volatile char& byte : bytes) byte = 0x5a;
}

[[gnu::noinline]] bool is_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

[[gnu::noinline]] bool has_zero_padding() {
  auto options = libbpf_options<struct bpf_obj_get_opts>();
  options.file_flags = BPF_F_RDONLY;
  constexpr std::size_t end = offsetof(struct bpf_obj_get_opts, file_flags) + sizeof(__u32);
  return is_zero(std::as_bytes(std::span(&options, 1)).subspan(end));
}

TEST(LibbpfOptions, HaveZeroesWhereNoMemberIs) {
  leave_bytes();
  EXPECT_TRUE(has_zero_padding());
}

}  // namespace
}  // namespace mapctl
