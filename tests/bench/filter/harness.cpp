#include "harness.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/in6.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "harness.skel.h"
#include "support/filter/packets.hpp"

namespace mapctl::bench {

namespace {

/// The kernel takes some milliseconds around each run; it interrupts itself where others wait.
constexpr int repeats = 100'000;
constexpr int varied_repeats = 2 * Harness::source_count;

double run(int program, const Bytes& frame, xdp_action expected, int times) {
  bpf_test_run_opts run{};
  run.sz = sizeof run;
  run.data_in = frame.data();
  run.data_size_in = static_cast<__u32>(frame.size());
  run.repeat = times;
  if (bpf_prog_test_run_opts(program, &run) != 0)
    throw std::runtime_error(fmt::format("a program cannot be run: {}", std::strerror(errno)));
  if (run.retval != expected)
    throw std::runtime_error(fmt::format("a program says {}, not {}", run.retval, int{expected}));
  return run.duration;
}

}  // namespace

Bytes frame_from(Family family, const Address& source) {
  constexpr std::size_t shortest = 60;
  Bytes frame = test::udp_from(text_of(family, source), 53);
  frame.resize(std::max(frame.size(), shortest));
  return frame;
}

double run(int program, const Bytes& frame, xdp_action expected) {
  return run(program, frame, expected, repeats);
}

Harness::Harness(int interface) : skeleton_(harness_bpf::open(), harness_bpf::destroy) {
  if (!skeleton_) throw std::runtime_error("the harness cannot be opened");
  skeleton_->rodata->veth = interface;
  if (harness_bpf::load(skeleton_.get()) != 0)
    throw std::runtime_error("the harness cannot be loaded");
}

int Harness::empty() const { return bpf_program__fd(skeleton_->progs.pass); }

int Harness::discard() const { return bpf_program__fd(skeleton_->progs.drop); }

void Harness::set_sources(Family family, std::span<const Address> sources) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (family == Family::ipv4)
      std::memcpy(&skeleton_->bss->sources4[i], sources[i].data(), sizeof(__be32));
    else
      std::memcpy(&skeleton_->bss->sources6[i], sources[i].data(), sizeof(in6_addr));
  }
}

double Harness::run_varied(int program, Family family, xdp_action expected) {
  const bool is_ipv4 = family == Family::ipv4;
  const bpf_program* front = is_ipv4 ? skeleton_->progs.vary4 : skeleton_->progs.vary6;
  const __u32 first = 0;
  if (bpf_map_update_elem(bpf_map__fd(skeleton_->maps.behind), &first, &program, BPF_ANY) != 0)
    throw std::runtime_error(
        fmt::format("a program cannot be called by the harness: {}", std::strerror(errno)));
  return run(bpf_program__fd(front), frame_from(family, {}), expected, varied_repeats);
}

double Harness::send(const Bytes& frame) const {
  bpf_test_run_opts run{};
  run.sz = sizeof run;
  run.data_in = frame.data();
  run.data_size_in = static_cast<__u32>(frame.size());
  run.repeat = live_frames;
  run.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
  if (bpf_prog_test_run_opts(bpf_program__fd(skeleton_->progs.forward), &run) != 0)
    throw std::runtime_error(fmt::format("frames cannot be sent: {}", std::strerror(errno)));
  return run.duration;
}

}  // namespace mapctl::bench
