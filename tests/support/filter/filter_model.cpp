#include "support/filter/filter_model.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <tuple>

namespace mapctl::test {

namespace {

/// The fields of a packet that rules can match.
struct Flow {
  int family = 4;
  Address source{};
  Address destination{};
  std::uint8_t protocol = 0;
  std::optional<std::uint16_t> port{};
};

/// Thrown if parsing ends before any rule is looked up.
struct Decided {
  FilterVerdict verdict;
};

/// The bytes not parsed yet. A packet that ends too early is malformed.
class Reader {
 public:
  explicit Reader(ByteView bytes) : bytes_(bytes) {}

  Reader take(std::size_t size) {
    if (size > bytes_.size()) throw Decided{FilterVerdict::malformed};
    const Reader taken(bytes_.first(size));
    bytes_ = bytes_.subspan(size);
    return taken;
  }

  std::uint8_t u8(std::size_t at) const { return std::to_integer<std::uint8_t>(bytes_[at]); }
  std::uint16_t u16(std::size_t at) const {
    return static_cast<std::uint16_t>(u8(at) << 8 | u8(at + 1));
  }
  Address address(std::size_t at, std::size_t size) const {
    Address result{};
    std::memcpy(result.data(), bytes_.data() + at, size);
    return result;
  }

 private:
  ByteView bytes_;
};

constexpr std::uint8_t tcp = 6;
constexpr std::uint8_t icmpv6 = 58;
constexpr std::uint8_t auth = 51;
constexpr std::uint8_t fragment = 44;

bool is_vlan(std::uint16_t ethertype) {
  return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

bool is_extension(std::uint8_t protocol) {
  constexpr std::uint8_t extensions[] = {0, 43, fragment, auth, 60, 135, 139, 140};
  return std::ranges::count(extensions, protocol) > 0;
}

/// The minimum header size of a protocol whose header is parsed.
std::size_t header_size(int family, std::uint8_t protocol) {
  if (protocol == tcp) return 20;
  if (protocol == 132 || protocol == 33) return 12;  // SCTP, DCCP
  if (protocol == 17 || protocol == 136) return 8;   // UDP, UDP-Lite
  if (protocol == (family == 4 ? 1 : icmpv6)) return 8;
  return 0;
}

bool has_ports(int family, std::uint8_t protocol) {
  return header_size(family, protocol) != 0 && protocol != 1 && protocol != icmpv6;
}

/// RFC 3128: the fragment would overwrite the flags.
void check_offset(std::uint16_t offset, std::uint8_t protocol) {
  if (offset == 1 && protocol == tcp) throw Decided{FilterVerdict::fragment};
}

void parse_ports(Reader& packet, Flow& flow) {
  const std::size_t size = header_size(flow.family, flow.protocol);
  const Reader header = packet.take(size);
  if (has_ports(flow.family, flow.protocol)) flow.port = header.u16(2);
}

Flow parse_ipv4(Reader packet) {
  Reader whole = packet;
  const Reader ip = whole.take(20);
  const std::size_t words = ip.u8(0) & 0xf;
  if (ip.u8(0) >> 4 != 4 || words < 5) throw Decided{FilterVerdict::malformed};
  packet.take(words * 4);
  Flow flow{.family = 4,
            .source = ip.address(12, 4),
            .destination = ip.address(16, 4),
            .protocol = ip.u8(9)};
  const std::uint16_t offset = ip.u16(6) & 0x1fff;
  check_offset(offset, flow.protocol);
  if (offset == 0) parse_ports(packet, flow);
  return flow;
}

/// The current header of the packet; its first bytes give its length.
Reader take_extension(Reader& packet, std::uint8_t protocol) {
  if (protocol == fragment) return packet.take(8);
  Reader ahead = packet;
  const std::size_t length = ahead.take(2).u8(1);
  return packet.take(protocol == auth ? (length + 2) * 4 : (length + 1) * 8);
}

bool is_neighbour_discovery(std::uint8_t type, std::uint8_t hop_limit) {
  return type >= 133 && type <= 137 && hop_limit == 255;
}

Flow parse_ipv6(Reader packet) {
  const Reader ip = packet.take(40);
  if (ip.u8(0) >> 4 != 6) throw Decided{FilterVerdict::malformed};
  Flow flow{.family = 6,
            .source = ip.address(8, 16),
            .destination = ip.address(24, 16),
            .protocol = ip.u8(6)};
  bool fragmented = false;
  for (int headers = 0; is_extension(flow.protocol); ++headers) {
    if (headers == 6) throw Decided{FilterVerdict::unparsed};
    const bool at_fragment = flow.protocol == fragment;
    const Reader header = take_extension(packet, flow.protocol);
    flow.protocol = header.u8(0);
    if (!at_fragment) continue;
    fragmented = true;
    const auto offset = static_cast<std::uint16_t>(header.u16(2) >> 3);
    check_offset(offset, flow.protocol);
    if (offset != 0) return flow;
  }
  const Reader transport = packet;
  parse_ports(packet, flow);
  // Hosts ignore neighbour discovery behind a fragment header (RFC 6980), so it need not pass.
  if (flow.protocol == icmpv6 && !fragmented && is_neighbour_discovery(transport.u8(0), ip.u8(7)))
    throw Decided{FilterVerdict::arp_nd};
  return flow;
}

Flow parse(ByteView bytes) {
  Reader packet(bytes);
  std::uint16_t ethertype = packet.take(14).u16(12);
  for (int tags = 0; is_vlan(ethertype); ++tags) {
    if (tags == 2) throw Decided{FilterVerdict::unparsed};
    ethertype = packet.take(4).u16(2);
  }
  if (ethertype == 0x0806) throw Decided{FilterVerdict::arp_nd};
  if (ethertype == 0x0800) return parse_ipv4(packet);
  if (ethertype == 0x86dd) return parse_ipv6(packet);
  throw Decided{FilterVerdict::non_ip};
}

bool contains(const Network& network, const Address& address) {
  const auto whole = static_cast<std::size_t>(network.bits / 8);
  if (std::memcmp(network.address.data(), address.data(), whole) != 0) return false;
  const int rest = network.bits % 8;
  return rest == 0 || (network.address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool has_ended(const ModelRule& rule) {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return rule.expires != 0 && rule.expires <= now.tv_sec;
}

bool matches(const ModelRule& rule, const Flow& flow) {
  if (has_ended(rule)) return false;
  if (!rule.network) return true;
  const Service& service = rule.service;
  const Address& address = rule.direction == Direction::from ? flow.source : flow.destination;
  return rule.network->family == flow.family && contains(*rule.network, address) &&
         (service.protocol == 0 || service.protocol == flow.protocol) &&
         (service.port == 0 || service.port == flow.port);
}

auto rank(const ModelRule& rule) {
  return std::tuple{rule.network ? rule.network->bits : -1,
                    (rule.service.protocol != 0) + (rule.service.port != 0),
                    rule.direction == Direction::from};
}

FilterVerdict verdict_of(const ModelRule& rule) {
  if (rule.action == FILTER_DROP)
    return rule.network ? FilterVerdict::drop_rule : FilterVerdict::drop_default;
  if (rule.action == FILTER_PASS)
    return rule.network ? FilterVerdict::pass_rule : FilterVerdict::pass_default;
  return FilterVerdict::bad_rule;
}

std::string address_text(const Network& network) {
  char buffer[INET6_ADDRSTRLEN] = {};
  inet_ntop(network.family == 4 ? AF_INET : AF_INET6, network.address.data(), buffer,
            sizeof buffer);
  return buffer;
}

}  // namespace

bool Judgement::drops() const {
  switch (verdict) {
    case FilterVerdict::drop_rule:
    case FilterVerdict::drop_default:
    case FilterVerdict::malformed:
    case FilterVerdict::unparsed:
    case FilterVerdict::fragment:
      return true;
    case FilterVerdict::pass_default:
    case FilterVerdict::pass_rule:
    case FilterVerdict::non_ip:
    case FilterVerdict::arp_nd:
    case FilterVerdict::bad_rule:
    case FilterVerdict::pass_reply:
      return false;
  }
  return false;
}

Judgement judge(const ModelRules& rules, ByteView packet) {
  try {
    const Flow flow = parse(packet);
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (matches(rules[i], flow) && (!best || rank(rules[i]) > rank(rules[*best]))) best = i;
    if (!best) return {FilterVerdict::pass_default, std::nullopt};
    return {verdict_of(rules[*best]), best};
  } catch (const Decided& decided) {
    return {decided.verdict, std::nullopt};
  }
}

filter_key key_of(const ModelRule& rule) {
  filter_key key{};
  if (!rule.network) return key;
  const Network& network = *rule.network;
  key.prefixlen = static_cast<std::uint32_t>(FILTER_SERVICE_BITS + network.bits);
  key.family =
      static_cast<std::uint8_t>(network.family | (rule.direction == Direction::to ? 0x10 : 0));
  key.proto = rule.service.protocol;
  key.dport = htons(rule.service.port);
  std::memcpy(&key.addr, network.address.data(), network.address.size());
  return key;
}

std::string text(const ModelRule& rule) {
  const char* const action = rule.action == FILTER_DROP   ? "drop"
                             : rule.action == FILTER_PASS ? "pass"
                                                          : "some other action";
  const char* const end = has_ended(rule) ? " that has ended" : "";
  if (!rule.network) return fmt::format("default={}{}", action, end);
  return fmt::format("{}/{} {} {}/{}={}{}", rule.service.protocol, rule.service.port,
                     rule.direction == Direction::from ? "from" : "to", address_text(*rule.network),
                     rule.network->bits, action, end);
}

std::string text(const ModelRules& rules) {
  std::string lines;
  for (const ModelRule& rule : rules) lines += text(rule) + '\n';
  return lines;
}

std::string text(ByteView packet) {
  std::string hex;
  for (const std::byte byte : packet) hex += fmt::format("{:02x}", std::to_integer<int>(byte));
  return hex;
}

}  // namespace mapctl::test
