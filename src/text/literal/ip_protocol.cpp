#include "text/literal/ip_protocol.hpp"

#include <algorithm>
#include <iterator>

#include "text/literal/ascii.hpp"

namespace mapctl {
namespace {

struct Protocol {
  unsigned number = 0;
  std::string_view name{};
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

Protocol with_number(unsigned number) {
  const auto* const found = std::ranges::find(protocols, number, &Protocol::number);
  return found == std::end(protocols) ? Protocol{} : *found;
}

}  // namespace

std::string_view protocol_name(unsigned number) { return with_number(number).name; }

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

bool has_ports(unsigned number) { return with_number(number).ports; }

}  // namespace mapctl
