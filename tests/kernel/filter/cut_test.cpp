// Packets that are truncated inside their headers.

#include <bpf/bpf.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/filter/filter_fixture.hpp"
#include "support/filter/packets.hpp"

namespace mapctl::test {
namespace {

class FilterCut : public LoadedFilter {};

struct Headers {
  const char* name;
  Bytes bytes;  ///< only headers, from a blocked source
};

Bytes over_ipv4(std::uint8_t protocol, const Bytes& header, std::uint8_t words = 5) {
  return ethernet(ethertype_ipv4, ipv4({.protocol = protocol, .header_words = words}, header));
}

Bytes over_ipv6(std::uint8_t next, const Bytes& rest) {
  return ethernet(ethertype_ipv6, ipv6({.next = next}, rest));
}

Bytes behind(std::uint8_t kind, std::uint8_t length = 1) {
  return over_ipv6(kind, extension(protocol_tcp, tcp(80), length));
}

std::vector<Headers> all_headers() {
  return {
      {"TCP", over_ipv4(protocol_tcp, tcp(80))},
      {"TCP behind options", over_ipv4(protocol_tcp, tcp(80), 15)},
      {"UDP", over_ipv4(protocol_udp, udp(53))},
      {"ICMP", over_ipv4(protocol_icmp, icmp(8))},
      {"SCTP", over_ipv4(protocol_sctp, Bytes(12))},
      {"DCCP", over_ipv4(protocol_dccp, Bytes(12))},
      {"UDP-Lite", over_ipv4(protocol_udplite, udp(53))},
      {"TCP over IPv6", over_ipv6(protocol_tcp, tcp(80))},
      {"UDP over IPv6", over_ipv6(protocol_udp, udp(53))},
      {"ICMPv6", over_ipv6(protocol_icmpv6, icmp(128))},
      {"SCTP over IPv6", over_ipv6(protocol_sctp, Bytes(12))},
      {"hop-by-hop options", behind(protocol_hop_options)},
      {"long destination options", behind(protocol_destination_options, 20)},
      {"routing", behind(protocol_routing)},
      {"mobility", behind(protocol_mobility, 0)},
      {"HIP", behind(protocol_hip, 4)},
      {"shim6", behind(protocol_shim6)},
      {"fragment", over_ipv6(protocol_fragment, fragment(protocol_udp, 0, true, udp(53)))},
      {"authentication", over_ipv6(protocol_auth, auth_header(protocol_tcp, tcp(80), 4))},
      {"two tags",
       ethernet(ethertype_qinq, vlan(ethertype_vlan, vlan(ethertype_ipv4, ipv4({}, tcp(80)))))},
  };
}

TEST_F(FilterCut, NeverPassesABlockedSource) {
  rules.put({{"10.0.0.0/8", "drop"}, {"2001:db8::/32", "drop"}});
  for (const Headers& headers : all_headers()) {
    SCOPED_TRACE(headers.name);
    Bytes whole = headers.bytes;
    for (std::size_t length = 14; length < whole.size(); ++length) {
      EXPECT_EQ(verdict(cut(whole, length)), FilterVerdict::malformed) << length;
      EXPECT_TRUE(drops(cut(whole, length))) << length;
    }
    EXPECT_EQ(verdict(whole), FilterVerdict::drop_rule);
    whole.resize(whole.size() + 100);
    EXPECT_EQ(verdict(whole), FilterVerdict::drop_rule);
  }
}

TEST_F(FilterCut, NeverPassesAnySourceWithHeadersCutOffInSomeLayer) {
  const Bytes inner = auth_header(protocol_fragment, fragment(protocol_tcp, 0, true, tcp(80)), 1);
  const Bytes ip = ipv6({.next = protocol_hop_options}, extension(protocol_auth, inner, 1));
  const Bytes chain = ethernet(ethertype_qinq, vlan(ethertype_vlan, vlan(ethertype_ipv6, ip)));
  for (std::size_t length = 14; length < chain.size(); ++length)
    EXPECT_EQ(verdict(cut(chain, length)), FilterVerdict::malformed) << length;
  EXPECT_EQ(verdict(chain), FilterVerdict::pass_default);
}

// So a test, or a driver, can send no less than 14 bytes.
TEST_F(FilterCut, NeverSeesLessThanAnEthernetHeader) {
  const Bytes packet(13);
  for (std::size_t length = 0; length <= packet.size(); ++length) {
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    options.data_in = packet.data();
    options.data_size_in = static_cast<std::uint32_t>(length);
    EXPECT_EQ(bpf_prog_test_run_opts(program(), &options), -EINVAL) << length;
  }
}

}  // namespace
}  // namespace mapctl::test
