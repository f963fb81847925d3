#pragma once
// Turns a parsed description into the bytes of a frame.

#include <optional>
#include <string_view>
#include <vector>

#include "mapctl/bytes.hpp"
#include "text/literal/address.hpp"

namespace mapctl {

struct Endpoint {
  IpAddress address{};
  unsigned port = 0;
};

inline constexpr unsigned icmpv4_protocol = 1;
inline constexpr unsigned icmpv6_protocol = 58;

struct PacketParts {
  bool is_arp = false;
  unsigned protocol = 0;
  Endpoint source{};
  Endpoint destination{};  ///< same family as the source
  std::vector<unsigned> vlans{};
  std::optional<unsigned> fragment{};  ///< its offset in units of 8 bytes
  unsigned hop_limit = 64;
  std::optional<unsigned> icmp_type{};  ///< nullopt: an echo request
};

/// Reads a description as frame_of() does.
PacketParts parts_of(std::string_view description);

Bytes build_frame(const PacketParts& parts);

}  // namespace mapctl
