#include "support/filter/packets.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <initializer_list>
#include <stdexcept>

namespace mapctl::test {

namespace {

void put8(Bytes& packet, std::size_t at, std::size_t value) {
  packet.at(at) = static_cast<std::byte>(value);
}

void put16(Bytes& packet, std::size_t at, std::size_t value) {
  put8(packet, at, value >> 8 & 0xff);
  put8(packet, at + 1, value & 0xff);
}

void put_address(Bytes& packet, std::size_t at, int family, const std::string& text) {
  if (inet_pton(family, text.c_str(), packet.data() + at) != 1)
    throw std::invalid_argument("not an address: " + text);
}

Bytes join(Bytes header, const Bytes& payload) {
  header.insert(header.end(), payload.begin(), payload.end());
  return header;
}

bool is_ipv6(const std::string& address) { return address.find(':') != std::string::npos; }

Bytes frame_from(const std::string& source, std::uint8_t protocol, const Bytes& payload) {
  if (is_ipv6(source))
    return ethernet(ethertype_ipv6, ipv6({.source = source, .next = protocol}, payload));
  return ethernet(ethertype_ipv4, ipv4({.source = source, .protocol = protocol}, payload));
}

}  // namespace

Bytes ethernet(std::uint16_t type, const Bytes& payload) {
  Bytes header(14);
  put16(header, 12, type);
  return join(std::move(header), payload);
}

Bytes vlan(std::uint16_t inner_type, const Bytes& payload) {
  Bytes tag(4);
  put16(tag, 0, 7);
  put16(tag, 2, inner_type);
  return join(std::move(tag), payload);
}

Bytes ipv4(const Ipv4& header, const Bytes& payload) {
  const std::size_t size = std::max<std::size_t>(header.header_words, 5) * 4;
  Bytes bytes(size);
  put8(bytes, 0, std::size_t{header.version} << 4 | header.header_words);
  put16(bytes, 2, size + payload.size());
  put16(bytes, 6, (header.more_fragments ? 0x2000U : 0U) | header.fragment_offset);
  put8(bytes, 8, 64);
  put8(bytes, 9, header.protocol);
  put_address(bytes, 12, AF_INET, header.source);
  put_address(bytes, 16, AF_INET, "198.51.100.1");
  return join(std::move(bytes), payload);
}

Bytes ipv6(const Ipv6& header, const Bytes& payload) {
  Bytes bytes(40);
  put8(bytes, 0, std::size_t{header.version} << 4);
  put16(bytes, 4, payload.size());
  put8(bytes, 6, header.next);
  put8(bytes, 7, header.hop_limit);
  put_address(bytes, 8, AF_INET6, header.source);
  put_address(bytes, 24, AF_INET6, "2001:db8:ffff::1");
  return join(std::move(bytes), payload);
}

Bytes extension(std::uint8_t next, const Bytes& payload, std::uint8_t length) {
  Bytes header((length + 1U) * 8);
  put8(header, 0, next);
  put8(header, 1, length);
  return join(std::move(header), payload);
}

Bytes auth_header(std::uint8_t next, const Bytes& payload, std::uint8_t length) {
  Bytes header((length + 2U) * 4);
  put8(header, 0, next);
  put8(header, 1, length);
  return join(std::move(header), payload);
}

Bytes fragment(std::uint8_t next, std::uint16_t offset, bool more, const Bytes& payload) {
  Bytes header(8);
  put8(header, 0, next);
  put16(header, 2, std::size_t{offset} << 3 | (more ? 1U : 0U));
  return join(std::move(header), payload);
}

Bytes tcp(std::uint16_t port) {
  Bytes header(20);
  put16(header, 0, 40000);
  put16(header, 2, port);
  put8(header, 12, 5 << 4);
  return header;
}

Bytes udp(std::uint16_t port) {
  Bytes header(8);
  put16(header, 0, 40000);
  put16(header, 2, port);
  put16(header, 4, header.size());
  return header;
}

Bytes icmp(std::uint8_t type) {
  Bytes header(8);
  put8(header, 0, type);
  return header;
}

Bytes arp() {
  Bytes request(28);
  put16(request, 0, 1);
  put16(request, 2, ethertype_ipv4);
  put8(request, 4, 6);
  put8(request, 5, 4);
  put16(request, 6, 1);
  return ethernet(ethertype_arp, request);
}

Bytes tcp_from(const std::string& source, std::uint16_t port) {
  return frame_from(source, protocol_tcp, tcp(port));
}

Bytes udp_from(const std::string& source, std::uint16_t port) {
  return frame_from(source, protocol_udp, udp(port));
}

Bytes ping_from(const std::string& source) {
  return is_ipv6(source) ? frame_from(source, protocol_icmpv6, icmp(128))
                         : frame_from(source, protocol_icmp, icmp(8));
}

Bytes neighbour_discovery(std::uint8_t type, std::uint8_t hop_limit) {
  return ethernet(
      ethertype_ipv6,
      ipv6({.source = "fe80::1", .next = protocol_icmpv6, .hop_limit = hop_limit}, icmp(type)));
}

Bytes cut(const Bytes& packet, std::size_t length) {
  return Bytes(packet.begin(),
               packet.begin() + static_cast<std::ptrdiff_t>(std::min(length, packet.size())));
}

}  // namespace mapctl::test
