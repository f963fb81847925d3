#pragma once
// Runs a program on packets and reads the kernel's own clock.

#include <linux/bpf.h>

#include <memory>
#include <span>

#include "blocklist.hpp"
#include "mapctl/bytes.hpp"

struct harness_bpf;

namespace mapctl::bench {

/// A datagram to udp/53 in an Ethernet frame.
Bytes frame_from(Family family, const Address& source);

/// Nanoseconds for a packet that is sent many times. Throws if it gets another verdict.
double run(int program, const Bytes& frame, xdp_action expected);

/// The programs that run beside and before the measured programs.
class Harness {
 public:
  /// Frames are sent out of this interface.
  explicit Harness(int interface = 0);

  /// Programs that do nothing: the floor.
  int empty() const;
  int discard() const;

  static constexpr std::size_t source_count = 65536;
  void set_sources(Family family, std::span<const Address> sources);

  /// Like run(), but each packet comes from the next source; the result includes the few
  /// nanoseconds that writing the source takes.
  double run_varied(int program, Family family, xdp_action expected);

  static constexpr int live_frames = 100'000;
  /// Nanoseconds for a frame, measured over many, until the other end of the interface drops it.
  double send(const Bytes& frame) const;

 private:
  std::shared_ptr<harness_bpf> skeleton_;
};

}  // namespace mapctl::bench
