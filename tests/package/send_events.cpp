// Sends the numbers 1 and 2 through a ring buffer and runs PROGRAM MAP_ID 2, which reads them.
// Usage: send_events PROGRAM

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "mapctl/map.hpp"

namespace {

/// bpf_ringbuf_output(map, &number, sizeof number, 0)
bool send(const mapctl::Map& map, int number) {
  const bpf_insn program[] = {
      {BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, number},
      {BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map.fd()},
      {0, 0, 0, 0, 0},
      {BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0},
      {BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -8},
      {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 8},
      {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_4, 0, 0, 0},
      {BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_output},
      {BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_PASS},
      {BPF_JMP | BPF_EXIT, 0, 0, 0, 0},
  };
  const mapctl::Fd loaded(bpf_prog_load(BPF_PROG_TYPE_XDP, "sender", "GPL", program,
                                        sizeof program / sizeof *program, nullptr));
  char packet[64] = {};
  bpf_test_run_opts run{};
  run.sz = sizeof run;
  run.data_in = packet;
  run.data_size_in = sizeof packet;
  return loaded && bpf_prog_test_run_opts(loaded.get(), &run) == 0;
}

}  // namespace

int main(int, char** argv) {
  const mapctl::Map map =
      mapctl::Map::create({.type = mapctl::MapType::ringbuf, .name = "ring", .max_entries = 4096});
  if (!send(map, 1) || !send(map, 2)) return 1;
  // Keeps the map while the other program runs.
  const int copy = ::dup(map.fd());
  const std::string id = std::to_string(map.info().id);
  if (copy >= 0) ::execl(argv[1], argv[1], id.c_str(), "2", nullptr);
  std::perror(argv[1]);
  return 1;
}
