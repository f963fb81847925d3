#pragma once
// A program that sends a description of each packet it is run on, through both kinds of event map.

#include <bpf/bpf.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>

#include "sender.skel.h"

namespace mapctl::test {

/// An event of the program: tests/bpf/sender.bpf.c.
struct SentEvent {
  std::uint32_t length;
  std::uint16_t first;
};

class Sender {
 public:
  Sender() : skeleton_(sender_bpf__open_and_load()) {}

  explicit operator bool() const noexcept { return skeleton_ != nullptr; }
  bpf_map* ring() const { return skeleton_->maps.ring; }
  bpf_map* perf() const { return skeleton_->maps.perf; }
  /// The map of its global variables: sent, refused, counted, setting.
  bpf_map* variables() const { return skeleton_->maps.bss; }
  std::uint64_t sent() const { return skeleton_->bss->sent; }
  std::uint64_t refused() const { return skeleton_->bss->refused; }
  std::uint32_t counted() const { return skeleton_->bss->counted; }
  std::uint32_t setting() const { return skeleton_->bss->setting; }

  /// Returns false if the program could not be run. Packets have 64 bytes; the first two are the
  /// number.
  bool send_to_ring(std::uint16_t number, int times = 1) {
    return run(skeleton_->progs.send_to_ring, number, times);
  }
  bool send_to_perf(std::uint16_t number, int times = 1) {
    return run(skeleton_->progs.send_each_packet_to_perf, number, times);
  }
  /// Only counts.
  bool count(int times) { return run(skeleton_->progs.count, 0, times); }

 private:
  struct Destroy {
    void operator()(sender_bpf* skeleton) const { sender_bpf__destroy(skeleton); }
  };

  static bool run(const bpf_program* program, std::uint16_t number, int times) {
    std::array<std::byte, 64> packet{};
    std::memcpy(packet.data(), &number, sizeof number);
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = packet.data();
    options.data_size_in = packet.size();
    options.repeat = times;
    return bpf_prog_test_run_opts(bpf_program__fd(program), &options) == 0;
  }

  std::unique_ptr<sender_bpf, Destroy> skeleton_;
};

}  // namespace mapctl::test
