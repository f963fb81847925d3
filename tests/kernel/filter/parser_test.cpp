// How the filter parses odd, truncated and fragmented packets.

#include <gtest/gtest.h>

#include "support/filter/filter_fixture.hpp"
#include "support/filter/packets.hpp"

namespace mapctl::test {
namespace {

class FilterParser : public LoadedFilter {};

TEST_F(FilterParser, PassesArpAndOtherProtocolsBeforeAnyRule) {
  rules.put("default", "drop");
  for (std::size_t length = 14; length <= arp().size(); ++length)
    EXPECT_EQ(verdict(cut(arp(), length)), FilterVerdict::arp_nd) << length;
  EXPECT_TRUE(passes(arp()));
  constexpr std::uint16_t spanning_tree = 38;  // a value up to 0x5ff is a length
  for (const std::uint16_t type : {ethertype_lldp, spanning_tree, std::uint16_t{0x5ff}}) {
    EXPECT_EQ(verdict(ethernet(type, Bytes(46))), FilterVerdict::non_ip) << type;
    EXPECT_TRUE(passes(ethernet(type, Bytes(46)))) << type;
    EXPECT_EQ(verdict(ethernet(ethertype_vlan, vlan(type, {}))), FilterVerdict::non_ip) << type;
  }
}

TEST_F(FilterParser, AsksNoRuleAboutTheSenderOfAnArpPacket) {
  rules.put("10.0.0.0/8", "drop");
  Bytes packet = arp();
  packet[14 + 14] = std::byte{10};
  EXPECT_EQ(verdict(packet), FilterVerdict::arp_nd);
}

TEST_F(FilterParser, PassesNeighbourDiscoveryThatNoRouterForwarded) {
  rules.put("default", "drop");
  for (std::uint8_t type = 133; type <= 137; ++type)
    EXPECT_EQ(verdict(neighbour_discovery(type)), FilterVerdict::arp_nd) << int{type};
  for (const Bytes& other : {neighbour_discovery(132), neighbour_discovery(138),
                             neighbour_discovery(135, 64), neighbour_discovery(135, 254)})
    EXPECT_EQ(verdict(other), FilterVerdict::drop_default);
}

// RFC 6980: hosts ignore neighbour discovery in fragments, even if one fragment has the whole
// packet.
TEST_F(FilterParser, TakesNothingBehindAFragmentHeaderForNeighbourDiscovery) {
  rules.put("default", "drop");
  const Ipv6 header{.next = protocol_fragment, .hop_limit = 255};
  const auto packet = [&](std::uint16_t offset, bool more) {
    return ethernet(ethertype_ipv6,
                    ipv6(header, fragment(protocol_icmpv6, offset, more, icmp(135))));
  };
  EXPECT_EQ(verdict(packet(0, true)), FilterVerdict::drop_default);
  EXPECT_EQ(verdict(packet(2, false)), FilterVerdict::drop_default);
  EXPECT_EQ(verdict(packet(0, false)), FilterVerdict::drop_default);
}

TEST_F(FilterParser, RemembersAFragmentHeaderBehindAnother) {
  rules.put("default", "drop");
  const Bytes whole = fragment(protocol_icmpv6, 0, false, icmp(135));
  const Ipv6 header{.next = protocol_fragment, .hop_limit = 255};
  for (const bool more : {true, false})
    EXPECT_TRUE(
        drops(ethernet(ethertype_ipv6, ipv6(header, fragment(protocol_fragment, 0, more, whole)))));
}

TEST_F(FilterParser, LooksBehindTwoVlanTags) {
  rules.put("10.0.0.0/8", "drop");
  const Bytes inner = ipv4({}, tcp(80));
  const Bytes one = vlan(ethertype_ipv4, inner);
  for (const std::uint16_t outer : {ethertype_vlan, ethertype_qinq, ethertype_qinq_old}) {
    EXPECT_EQ(verdict(ethernet(outer, one)), FilterVerdict::drop_rule);
    EXPECT_EQ(verdict(ethernet(outer, vlan(ethertype_vlan, one))), FilterVerdict::drop_rule);
  }
  EXPECT_TRUE(passes(
      ethernet(ethertype_vlan, vlan(ethertype_ipv4, ipv4({.source = "11.0.0.1"}, tcp(80))))));
}

TEST_F(FilterParser, DropsMoreThanTwoVlanTags) {
  const Bytes two = vlan(ethertype_vlan, vlan(ethertype_ipv4, ipv4({}, tcp(80))));
  const Bytes three = ethernet(ethertype_qinq, vlan(ethertype_vlan, two));
  EXPECT_EQ(verdict(three), FilterVerdict::unparsed);
  EXPECT_TRUE(drops(three));
}

Bytes ipv4_fragment(std::uint8_t protocol, std::uint16_t offset, bool more) {
  return ethernet(
      ethertype_ipv4,
      ipv4({.protocol = protocol, .fragment_offset = offset, .more_fragments = more}, tcp(22)));
}

Bytes ipv6_fragment(std::uint8_t protocol, std::uint16_t offset, bool more) {
  return ethernet(ethertype_ipv6,
                  ipv6({.next = protocol_fragment}, fragment(protocol, offset, more, tcp(22))));
}

class FilterFragments
    : public LoadedFilter,
      public testing::WithParamInterface<Bytes (*)(std::uint8_t, std::uint16_t, bool)> {
 protected:
  static Bytes piece(std::uint8_t protocol, std::uint16_t offset, bool more) {
    return GetParam()(protocol, offset, more);
  }
  void drop_from_both(const std::string& service) {
    rules.put(service + "10.0.0.0/8", "drop");
    rules.put(service + "2001:db8::/32", "drop");
  }
};

TEST_P(FilterFragments, HaveAPortOnlyAtTheStart) {
  drop_from_both("tcp/22 from ");
  EXPECT_TRUE(drops(piece(protocol_tcp, 0, true)));
  EXPECT_TRUE(drops(piece(protocol_tcp, 0, false)));
  EXPECT_TRUE(passes(piece(protocol_tcp, 2, true)));
  EXPECT_TRUE(passes(piece(protocol_tcp, 185, false)));
}

TEST_P(FilterFragments, HaveAProtocolAndASourceThroughout) {
  drop_from_both("tcp from ");
  EXPECT_EQ(verdict(piece(protocol_tcp, 185, false)), FilterVerdict::drop_rule);
  EXPECT_EQ(verdict(piece(protocol_udp, 185, false)), FilterVerdict::pass_default);
  drop_from_both("");
  EXPECT_EQ(verdict(piece(protocol_udp, 185, true)), FilterVerdict::drop_rule);
}

TEST_P(FilterFragments, AreDroppedWhereTheyWouldOverwriteTcpFlags) {
  EXPECT_EQ(verdict(piece(protocol_tcp, 1, true)), FilterVerdict::fragment);
  EXPECT_TRUE(drops(piece(protocol_tcp, 1, false)));
  EXPECT_EQ(verdict(piece(protocol_udp, 1, false)), FilterVerdict::pass_default);
}

INSTANTIATE_TEST_SUITE_P(Of, FilterFragments, testing::Values(&ipv4_fragment, &ipv6_fragment),
                         [](const auto& tested) { return tested.index == 0 ? "Ipv4" : "Ipv6"; });

TEST_F(FilterParser, AcceptsALaterFragmentShorterThanAHeader) {
  const Bytes tail =
      ethernet(ethertype_ipv4, ipv4({.protocol = protocol_udp, .fragment_offset = 185}, Bytes(4)));
  EXPECT_EQ(verdict(tail), FilterVerdict::pass_default);
}

TEST_F(FilterParser, ReadsThePortBehindIpv4Options) {
  rules.put("tcp/22 from 10.0.0.0/8", "drop");
  for (std::uint8_t words = 0; words <= 15; ++words) {
    const Bytes packet = ethernet(ethertype_ipv4, ipv4({.header_words = words}, tcp(22)));
    EXPECT_EQ(verdict(packet), words < 5 ? FilterVerdict::malformed : FilterVerdict::drop_rule)
        << int{words};
    EXPECT_TRUE(drops(packet)) << int{words};
  }
}

TEST_F(FilterParser, DropsAVersionThatContradictsTheEthertype) {
  const auto as_ipv4 = [](std::uint8_t version) {
    return ethernet(ethertype_ipv4, ipv4({.version = version}, tcp(80)));
  };
  const auto as_ipv6 = [](std::uint8_t version) {
    return ethernet(ethertype_ipv6, ipv6({.version = version}, tcp(80)));
  };
  for (std::uint8_t version = 0; version <= 15; ++version) {
    EXPECT_EQ(verdict(as_ipv4(version)) == FilterVerdict::malformed, version != 4);
    EXPECT_EQ(verdict(as_ipv6(version)) == FilterVerdict::malformed, version != 6);
  }
}

}  // namespace
}  // namespace mapctl::test
