#include "support/maps.hpp"

#include <unistd.h>

#include <utility>
#include <vector>

#include <bpf/bpf.h>

#include "map/type/map_type_table.hpp"
#include "mapctl/text/type_text.hpp"
#include "mapctl/text/typed_map.hpp"

namespace mapctl::test {
namespace {

std::uint32_t smallest_key(MapType type) {
  if (type == MapType::lpm_trie) return sizeof(PrefixKey);
  const bool is_attached =
      type == MapType::cgroup_storage || type == MapType::percpu_cgroup_storage;
  return is_attached ? 16 : 4;
}

MapSpec smallest(MapType type) {
  MapSpec spec = complete({.type = type});
  if (has_keys(type) && spec.key_size == 0) spec.key_size = smallest_key(type);
  if (type == MapType::stack_trace) spec.value_size = 32;  // one frame, also as a build id
  if (has_values(type) && spec.value_size == 0) spec.value_size = 8;
  return spec;
}

bpf_insn instruction(int code, int immediate = 0) {
  bpf_insn made{};
  made.code = static_cast<__u8>(code);
  made.imm = immediate;
  return made;
}

/// Runs the instructions and returns 0.
Fd load(bpf_prog_type type, std::vector<bpf_insn> instructions) {
  instructions.push_back(instruction(BPF_ALU64 | BPF_MOV | BPF_K));
  instructions.push_back(instruction(BPF_JMP | BPF_EXIT));
  Fd program(
      ::bpf_prog_load(type, "test_prog", "GPL", instructions.data(), instructions.size(), nullptr));
  EXPECT_TRUE(program);
  return program;
}

}  // namespace

Map make_map(MapType type, std::uint32_t max_entries, std::uint32_t flags) {
  MapSpec spec = smallest(type);
  spec.name = "test_map";
  spec.max_entries = max_entries;
  spec.flags = flags;
  if (type == MapType::ringbuf || type == MapType::user_ringbuf)
    spec.max_entries = static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE));
  if (!has_max_entries(type)) spec.max_entries = 0;
  std::optional<TypePair> types;
  if (needs_types(type)) types = TypePair{parse_type("s32"), parse_type("u64")};
  if (!holds_maps(type)) return create_map(spec, types).map;
  const Map inner = make_map(MapType::array);
  spec.inner_map = inner.fd();
  return Map::create(spec);
}

Fd load_program(const Map* map) {
  std::vector<bpf_insn> instructions;
  if (map != nullptr) {
    // NOLINTNEXTLINE(misc-redundant-expression): two of the kernel's constants are 0
    instructions.push_back(instruction(BPF_LD | BPF_DW | BPF_IMM, map->fd()));
    instructions.back().dst_reg = BPF_REG_1;
    instructions.back().src_reg = BPF_PSEUDO_MAP_FD;
    instructions.push_back(instruction(0));
  }
  return load(BPF_PROG_TYPE_SOCKET_FILTER, std::move(instructions));
}

Fd attach_link() {
  constexpr int loopback = 1;
  const Fd program = load(BPF_PROG_TYPE_XDP, {});
  bpf_link_create_opts options{};
  options.sz = sizeof options;
  options.flags = 1U << 1;  // XDP_FLAGS_SKB_MODE
  return Fd(::bpf_link_create(program.get(), loopback, BPF_XDP, &options));
}

}  // namespace mapctl::test
