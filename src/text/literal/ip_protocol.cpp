#include "text/literal/ip_protocol.hpp"

#include "text/literal/ascii.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {
namespace {

struct Protocol {
  unsigned number;
  std::string_view name;
  bool ports = false;
};

constexpr Protocol protocols[] = {
    {6, "tcp", true},
    {17, "udp", true},
    {1, "icmp"},
    {58, "icmpv6"},
    {132, "sctp", true},
    {33, "dccp", true},
    {136, "udplite", true},
    {47, "gre"},
    {50, "esp"},
    {51, "ah"},
    {2, "igmp"},
    {4, "ipip"},
    {41, "ipv6"},
    {89, "ospf"},
    {103, "pim"},
    {112, "vrrp"},
    {115, "l2tp"},
    {135, "mh"},
};

}  // namespace

std::string_view protocol_name(unsigned number) {
  for (const Protocol& protocol : protocols) {
    if (protocol.number == number) return protocol.name;
  }
  return {};
}

std::optional<unsigned> protocol_number(std::string_view name) {
  for (const Protocol& protocol : protocols) {
    if (equal_ignoring_case(protocol.name, name)) return protocol.number;
  }
  return std::nullopt;
}

std::vector<std::string> protocol_names() {
  std::vector<std::string> names;
  for (const Protocol& protocol : protocols) names.emplace_back(protocol.name);
  return names;
}

bool has_ports(unsigned number) {
  for (const Protocol& protocol : protocols) {
    if (protocol.number == number) return protocol.ports;
  }
  return false;
}

}  // namespace mapctl
