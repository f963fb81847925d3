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

  /// Up to 17 rules with different keys, some of which have ended or will; half of them are by
  /// destination, if destinations are used.
  ModelRules rules(bool with_destinations = false);

  /// A packet of any kind that the filter parses, between the rules' addresses; sometimes it is
  /// damaged, or only noise.
  Bytes packet();

  /// The packet with some bytes changed, or truncated, but never shorter than an Ethernet header.
  Bytes damaged(Bytes packet);

  /// That many random bytes, sometimes behind the beginning of an IP packet.
  Bytes noise(std::size_t size);

 private:
  int family() { return one_in(2) ? 4 : 6; }
  Address address(int family);
  Network network();
  Service service();
  filter_action action();
  std::uint32_t end();
  std::uint8_t protocol(int family);
  Bytes transport(std::uint8_t protocol);
  Bytes ipv4_packet();
  Bytes ipv6_packet();
  Bytes frame();

  std::mt19937 engine_;
};

}  // namespace mapctl::test
