#pragma once
// Running a program on packets, on the kernel's own clock.

#include <linux/bpf.h>

#include <memory>
#include <span>

#include "blocklist.hpp"
#include "mapctl/bytes.hpp"

struct harness_bpf;

namespace mapctl::bench {

/// A datagram to udp/53 in an Ethernet frame.
Bytes frame_from(Family family, const Address& source);

/// Nanoseconds a packet, of many times the same. Throws where the verdict on it is another.
double run(int program, const Bytes& frame, xdp_action expected);

/// What stands beside and in front of the programs that are measured.
class Harness {
 public:
  /// Frames are sent out of that interface.
  explicit Harness(int interface = 0);

  /// Programs that do nothing: the floor.
  int empty() const;
  int discard() const;

  static constexpr std::size_t source_count = 65536;
  void set_sources(Family family, std::span<const Address> sources);

  /// The same as run(), but each packet comes from the next of the sources; in there are the few
  /// nanoseconds that writing it into the packet takes.
  double run_varied(int program, Family family, xdp_action expected);

  static constexpr int live_frames = 100'000;
  /// Nanoseconds a frame, of many, until it is dropped at the other end of the interface.
  double send(const Bytes& frame) const;

 private:
  std::shared_ptr<harness_bpf> skeleton_;
};

}  // namespace mapctl::bench
