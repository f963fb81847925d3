#include "support/filter/random_traffic.hpp"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <set>
#include <tuple>

#include "support/filter/packets.hpp"

namespace mapctl::test {

namespace {

template <typename T>
T any_of(Dice& dice, std::initializer_list<T> choices) {
  return std::data(choices)[dice.below(static_cast<int>(choices.size()))];
}

void set(Bytes& bytes, std::size_t at, std::uint8_t value) {
  bytes[at] = static_cast<std::byte>(value);
}

void set_address(Bytes& bytes, std::size_t at, const Address& address, std::size_t size) {
  std::memcpy(bytes.data() + at, address.data(), size);
}

bool has_ports(std::uint8_t protocol) {
  return protocol == protocol_tcp || protocol == protocol_udp || protocol == protocol_sctp;
}

/// An extension header of that kind before the rest.
Bytes extension_of(Dice& dice, std::uint8_t kind, std::uint8_t next, const Bytes& rest) {
  if (kind == protocol_fragment)
    return fragment(next, any_of<std::uint16_t>(dice, {0, 0, 0, 1, 2, 185}), dice.one_in(2), rest);
  const auto length = static_cast<std::uint8_t>(dice.one_in(50) ? 255 : dice.below(3));
  if (kind == protocol_auth) return auth_header(next, rest, length);
  return extension(next, rest, length);
}

}  // namespace

Address Dice::address(int family) {
  const std::size_t size = family == 4 ? 4 : 16;
  Address result{32};
  for (const std::size_t at : {std::size_t{1}, size / 2, size - 1})
    result[at] = static_cast<std::uint8_t>(below(2) * 128 + below(2));
  return result;
}

Network Dice::network() {
  Network result{.family = family()};
  result.address = address(result.family);
  const int size = result.family == 4 ? 32 : 128;
  result.bits =
      any_of(*this, {0, 1, 8, 9, size / 2 - 1, size / 2, size / 2 + 1, size - 1, size, size});
  for (int i = result.bits; i < size; ++i)
    result.address[static_cast<std::size_t>(i) / 8] &= static_cast<std::uint8_t>(~(0x80 >> i % 8));
  return result;
}

Service Dice::service() {
  if (one_in(3)) return {};
  const std::uint8_t chosen = protocol(family());
  if (chosen == 0 || !has_ports(chosen) || one_in(3)) return {chosen, 0};
  return {chosen, static_cast<std::uint16_t>(22 + below(2))};
}

filter_action Dice::action() {
  if (one_in(40)) return {};
  return one_in(2) ? FILTER_DROP : FILTER_PASS;
}

std::uint32_t Dice::end() {
  if (!one_in(3)) return 0;
  return one_in(2) ? 1 : UINT32_MAX;
}

ModelRules Dice::rules(bool with_destinations) {
  ModelRules result;
  std::set<std::tuple<Service, Network, Direction>> taken;
  if (one_in(2)) result.push_back({.action = action(), .expires = end()});
  for (int i = below(17); i > 0; --i) {
    ModelRule rule{
        .network = network(), .service = service(), .action = action(), .expires = end()};
    if (with_destinations && one_in(2)) rule.direction = Direction::to;
    if (taken.emplace(rule.service, *rule.network, rule.direction).second) result.push_back(rule);
  }
  return result;
}

std::uint8_t Dice::protocol(int family) {
  if (!one_in(4)) return one_in(2) ? protocol_tcp : protocol_udp;
  if (one_in(3)) return family == 4 ? protocol_icmp : protocol_icmpv6;
  return any_of<std::uint8_t>(*this, {protocol_icmp, protocol_icmpv6, protocol_sctp, protocol_dccp,
                                      protocol_udplite, protocol_esp, protocol_none, 0, 4, 255});
}

Bytes Dice::transport(std::uint8_t protocol) {
  const auto port = static_cast<std::uint16_t>(one_in(20) ? 0 : 22 + below(2));
  Bytes header = protocol == protocol_udp ? udp(port) : tcp(port);
  if (protocol == protocol_icmp || protocol == protocol_icmpv6)
    header = icmp(static_cast<std::uint8_t>(one_in(2) ? 128 : 132 + below(7)));
  if (protocol == protocol_sctp || protocol == protocol_dccp) header.resize(12);
  header.resize(header.size() + static_cast<std::size_t>(below(8)));
  return header;
}

Bytes Dice::ipv4_packet() {
  Ipv4 header{.protocol = protocol(4)};
  if (one_in(6)) {
    header.fragment_offset = any_of<std::uint16_t>(*this, {0, 1, 2, 185, 8191});
    header.more_fragments = one_in(2);
  }
  if (one_in(8)) header.header_words = static_cast<std::uint8_t>(below(16));
  if (one_in(40)) header.version = static_cast<std::uint8_t>(below(16));
  Bytes packet = ipv4(header, transport(header.protocol));
  set_address(packet, 12, address(4), 4);
  set_address(packet, 16, address(4), 4);
  return packet;
}

Bytes Dice::ipv6_packet() {
  std::uint8_t next = protocol(6);
  Bytes rest = transport(next);
  for (int i = one_in(3) ? below(9) : 0; i > 0; --i) {
    const auto kind = any_of<std::uint8_t>(
        *this, {protocol_hop_options, protocol_routing, protocol_fragment, protocol_auth,
                protocol_destination_options, protocol_destination_options, protocol_mobility,
                protocol_hip, protocol_shim6});
    rest = extension_of(*this, kind, next, rest);
    next = kind;
    if (rest.size() > 1500) break;  // the headers of larger packets may not fit in one buffer
  }
  Ipv6 header{.next = next, .hop_limit = one_in(2) ? std::uint8_t{255} : std::uint8_t{64}};
  if (one_in(40)) header.version = static_cast<std::uint8_t>(below(16));
  Bytes packet = ipv6(header, rest);
  set_address(packet, 8, address(6), 16);
  set_address(packet, 24, address(6), 16);
  return packet;
}

Bytes Dice::frame() {
  if (one_in(30))
    return one_in(2) ? arp() : ethernet(static_cast<std::uint16_t>(below(0x600)), Bytes(46));
  const bool is_v4 = one_in(2);
  Bytes packet = is_v4 ? ipv4_packet() : ipv6_packet();
  std::uint16_t type = is_v4 ? ethertype_ipv4 : ethertype_ipv6;
  for (int tags = one_in(5) ? 1 + below(3) : 0; tags > 0; --tags) {
    packet = vlan(type, packet);
    type = any_of(*this, {ethertype_vlan, ethertype_qinq, ethertype_qinq_old});
  }
  return ethernet(type, packet);
}

Bytes Dice::damaged(Bytes packet) {
  const auto somewhere = [&] {
    return static_cast<std::size_t>(below(static_cast<int>(packet.size())));
  };
  if (one_in(2)) packet.resize(std::max<std::size_t>(somewhere(), 14));
  for (int i = below(4); i > 0; --i) set(packet, somewhere(), byte());
  return packet;
}

Bytes Dice::noise(std::size_t size) {
  Bytes packet(size);
  for (std::byte& each : packet) each = static_cast<std::byte>(byte());
  const auto type =
      any_of<std::uint16_t>(*this, {0, ethertype_ipv4, ethertype_ipv6, ethertype_vlan});
  if (type == 0 || size < 15) return packet;
  set(packet, 12, static_cast<std::uint8_t>(type >> 8));
  set(packet, 13, static_cast<std::uint8_t>(type & 0xff));
  set(packet, 14, static_cast<std::uint8_t>((type == ethertype_ipv6 ? 0x60 : 0x40) | below(16)));
  return packet;
}

Bytes Dice::packet() {
  if (one_in(40)) return noise(14 + static_cast<std::size_t>(below(51)));
  return one_in(10) ? damaged(frame()) : frame();
}

}  // namespace mapctl::test
