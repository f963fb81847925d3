#pragma once
// Raw packets for tests. Each layer wraps the one inside it:
// ethernet(ethertype_ipv4, ipv4({.source = "10.0.0.1"}, tcp(22))).

#include <cstddef>
#include <cstdint>
#include <string>

#include "mapctl/bytes.hpp"

namespace mapctl::test {

inline constexpr std::uint16_t ethertype_ipv4 = 0x0800;
inline constexpr std::uint16_t ethertype_arp = 0x0806;
inline constexpr std::uint16_t ethertype_vlan = 0x8100;
inline constexpr std::uint16_t ethertype_qinq = 0x88a8;
inline constexpr std::uint16_t ethertype_qinq_old = 0x9100;
inline constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
inline constexpr std::uint16_t ethertype_lldp = 0x88cc;

inline constexpr std::uint8_t protocol_hop_options = 0;
inline constexpr std::uint8_t protocol_icmp = 1;
inline constexpr std::uint8_t protocol_tcp = 6;
inline constexpr std::uint8_t protocol_udp = 17;
inline constexpr std::uint8_t protocol_dccp = 33;
inline constexpr std::uint8_t protocol_routing = 43;
inline constexpr std::uint8_t protocol_fragment = 44;
inline constexpr std::uint8_t protocol_esp = 50;
inline constexpr std::uint8_t protocol_auth = 51;
inline constexpr std::uint8_t protocol_icmpv6 = 58;
inline constexpr std::uint8_t protocol_none = 59;
inline constexpr std::uint8_t protocol_destination_options = 60;
inline constexpr std::uint8_t protocol_sctp = 132;
inline constexpr std::uint8_t protocol_mobility = 135;
inline constexpr std::uint8_t protocol_udplite = 136;
inline constexpr std::uint8_t protocol_hip = 139;
inline constexpr std::uint8_t protocol_shim6 = 140;

struct Ipv4 {
  std::string source = "10.0.0.1";
  std::uint8_t protocol = protocol_tcp;
  std::uint8_t version = 4;
  std::uint8_t header_words = 5;      ///< IHL; its options are zeros
  std::uint16_t fragment_offset = 0;  ///< in units of 8 bytes
  bool more_fragments = false;
};

struct Ipv6 {
  std::string source = "2001:db8::1";
  std::uint8_t next = protocol_tcp;
  std::uint8_t version = 6;
  std::uint8_t hop_limit = 64;
};

Bytes ethernet(std::uint16_t type, const Bytes& payload);

/// The tag behind an Ethernet header of a VLAN's type.
Bytes vlan(std::uint16_t inner_type, const Bytes& payload);

Bytes ipv4(const Ipv4& header, const Bytes& payload);
Bytes ipv6(const Ipv6& header, const Bytes& payload);

/// Hop-by-hop, routing or destination options of (length + 1) * 8 bytes.
Bytes extension(std::uint8_t next, const Bytes& payload, std::uint8_t length = 0);

/// An authentication header of (length + 2) * 4 bytes.
Bytes auth_header(std::uint8_t next, const Bytes& payload, std::uint8_t length = 1);

/// An IPv6 fragment header; the offset is in units of 8 bytes.
Bytes fragment(std::uint8_t next, std::uint16_t offset, bool more, const Bytes& payload);

Bytes tcp(std::uint16_t port);
Bytes udp(std::uint16_t port);
Bytes icmp(std::uint8_t type);
Bytes arp();

/// Whole frames of the family of the source.
Bytes tcp_from(const std::string& source, std::uint16_t port);
Bytes udp_from(const std::string& source, std::uint16_t port);
Bytes ping_from(const std::string& source);

/// A neighbour discovery message of that type.
Bytes neighbour_discovery(std::uint8_t type, std::uint8_t hop_limit = 255);

/// The first bytes of a packet.
Bytes cut(const Bytes& packet, std::size_t length);

}  // namespace mapctl::test
