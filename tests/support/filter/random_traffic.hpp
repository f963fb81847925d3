#pragma once
// Random rules and random packets of few addresses and services, so that many rules match.

#include <cstdint>
#include <random>

#include "support/filter/filter_model.hpp"

namespace mapctl::test {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(engine_); }
  bool one_in(int chances) { return below(chances) == 0; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(below(256)); }

  /// Up to 17, no two of the same key; half of them by destination, if there are to be such.
  ModelRules rules(bool with_destinations = false);

  /// From the rules' addresses, of any kind that the filter knows; now and then one that is
  /// damaged, or nothing but noise.
  Bytes packet();

  /// The packet with some bytes changed, or cut off, but never below an Ethernet header.
  Bytes damaged(Bytes packet);

  /// That many bytes, now and then behind what begins an IP packet.
  Bytes noise(std::size_t size);

 private:
  int family() { return one_in(2) ? 4 : 6; }
  Address address(int family);
  Network network();
  Service service();
  filter_action action();
  std::uint8_t protocol(int family);
  Bytes transport(std::uint8_t protocol);
  Bytes ipv4_packet();
  Bytes ipv6_packet();
  Bytes frame();

  std::mt19937 engine_;
};

}  // namespace mapctl::test
