#include "filter/packet/packet_bytes.hpp"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include "text/literal/ip_protocol.hpp"

namespace mapctl {

namespace {

constexpr unsigned more_fragments_v4 = 0x2000;
constexpr unsigned more_fragments_v6 = 1;
constexpr unsigned tcp_syn = 0x02;

class Frame {
 public:
  void put8(unsigned value) { bytes_.push_back(static_cast<std::byte>(value)); }
  void put16(std::size_t value) {
    put8(static_cast<unsigned>(value >> 8 & 0xff));
    put8(static_cast<unsigned>(value & 0xff));
  }
  void put_zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }
  void put(ByteView bytes) { append_bytes(bytes_, bytes); }
  void put_address(const IpAddress& address) {
    put(ByteView{address.bytes}.first(address.bits() / 8));
  }
  /// A locally administered MAC address.
  void put_station(unsigned number) {
    put8(0x02);
    put_zeros(4);
    put8(number);
  }

  const Bytes& bytes() const noexcept { return bytes_; }

 private:
  Bytes bytes_;
};

void put_ethernet(Frame& frame, const std::vector<unsigned>& vlans, unsigned type) {
  frame.put_station(2);
  frame.put_station(1);
  for (std::size_t i = 0; i < vlans.size(); ++i) {
    frame.put16(i + 1 < vlans.size() ? ETH_P_8021AD : ETH_P_8021Q);
    frame.put16(vlans[i]);
  }
  frame.put16(type);
}

void put_arp(Frame& frame, const PacketParts& parts) {
  constexpr unsigned ethernet = 1;
  constexpr unsigned request = 1;
  frame.put16(ethernet);
  frame.put16(ETH_P_IP);
  frame.put8(ETH_ALEN);
  frame.put8(4);
  frame.put16(request);
  frame.put_station(1);
  frame.put(ByteView{parts.source.address.bytes}.first(4));
  frame.put_zeros(ETH_ALEN);
  frame.put(ByteView{parts.destination.address.bytes}.first(4));
}

/// The ports, and the rest of a header without options.
void put_ports(Frame& frame, const PacketParts& parts) {
  constexpr unsigned tcp_header_words = 5;
  constexpr std::size_t udp_header_size = 8;
  frame.put16(parts.source.port);
  frame.put16(parts.destination.port);
  switch (parts.protocol) {
    case IPPROTO_TCP:
      frame.put_zeros(8);
      frame.put8(tcp_header_words << 4);
      frame.put8(tcp_syn);
      return frame.put_zeros(6);
    case IPPROTO_UDP:
      frame.put16(udp_header_size);
      return frame.put_zeros(2);
    case IPPROTO_SCTP:
    case IPPROTO_DCCP:
      return frame.put_zeros(8);
    default:
      return frame.put_zeros(4);
  }
}

Frame payload_of(const PacketParts& parts) {
  constexpr unsigned echo_v4 = 8;
  constexpr unsigned echo_v6 = 128;
  Frame payload;
  const bool is_later_fragment = parts.fragment.value_or(0) > 0;
  if (!is_later_fragment && has_ports(parts.protocol)) {
    put_ports(payload, parts);
    return payload;
  }
  const bool is_icmp = parts.protocol == icmpv4_protocol || parts.protocol == icmpv6_protocol;
  const unsigned echo = parts.source.address.v4 ? echo_v4 : echo_v6;
  payload.put8(is_icmp && !is_later_fragment ? parts.icmp_type.value_or(echo) : 0);
  payload.put_zeros(7);
  return payload;
}

void put_ipv4(Frame& frame, const PacketParts& parts, const Bytes& payload) {
  constexpr unsigned header_words = 5;
  frame.put8(4U << 4 | header_words);
  frame.put8(0);
  frame.put16(header_words * 4 + payload.size());
  frame.put16(0);
  frame.put16(parts.fragment ? (*parts.fragment == 0 ? more_fragments_v4 : *parts.fragment) : 0);
  frame.put8(parts.hop_limit);
  frame.put8(parts.protocol);
  frame.put16(0);
  frame.put_address(parts.source.address);
  frame.put_address(parts.destination.address);
  frame.put(payload);
}

Bytes with_fragment_header(const PacketParts& parts, const Bytes& payload) {
  Frame frame;
  frame.put8(parts.protocol);
  frame.put8(0);
  frame.put16(*parts.fragment == 0 ? more_fragments_v6 : *parts.fragment << 3);
  frame.put_zeros(4);
  frame.put(payload);
  return frame.bytes();
}

void put_ipv6(Frame& frame, const PacketParts& parts, const Bytes& payload) {
  const Bytes rest = parts.fragment ? with_fragment_header(parts, payload) : payload;
  frame.put8(6U << 4);
  frame.put_zeros(3);
  frame.put16(rest.size());
  frame.put8(parts.fragment ? unsigned{IPPROTO_FRAGMENT} : parts.protocol);
  frame.put8(parts.hop_limit);
  frame.put_address(parts.source.address);
  frame.put_address(parts.destination.address);
  frame.put(rest);
}

}  // namespace

Bytes build_frame(const PacketParts& parts) {
  Frame frame;
  const bool v4 = parts.source.address.v4;
  put_ethernet(frame, parts.vlans, parts.is_arp ? ETH_P_ARP : v4 ? ETH_P_IP : ETH_P_IPV6);
  if (parts.is_arp)
    put_arp(frame, parts);
  else if (v4)
    put_ipv4(frame, parts, payload_of(parts).bytes());
  else
    put_ipv6(frame, parts, payload_of(parts).bytes());
  return frame.bytes();
}

}  // namespace mapctl
