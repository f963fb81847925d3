// Which packets the filter drops, asked of the loaded program one by one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <thread>

#include "filter.h"
#include "filter_fixture.hpp"
#include "packets.hpp"

namespace mapctl::test {
namespace {

constexpr std::size_t rank_offset = offsetof(filter_rule, rank);

class FilterVerdicts : public LoadedFilter {};

TEST_F(FilterVerdicts, PassEverythingWithoutRules) {
  EXPECT_EQ(verdict(tcp_from("10.1.2.3", 80)), FilterVerdict::pass_default);
  EXPECT_EQ(verdict(udp_from("2001:db8::1", 53)), FilterVerdict::pass_default);
}

TEST_F(FilterVerdicts, DropAPrefixAndNothingBesideIt) {
  rules.put({{"10.0.0.0/8", "drop"}, {"2001:db8::/33", "drop"}});
  EXPECT_EQ(verdict(tcp_from("10.255.0.1", 80)), FilterVerdict::drop_rule);
  EXPECT_EQ(verdict(ping_from("10.0.0.0")), FilterVerdict::drop_rule);
  EXPECT_EQ(verdict(tcp_from("11.0.0.1", 80)), FilterVerdict::pass_default);
  EXPECT_EQ(verdict(tcp_from("2001:db8:7fff::1", 80)), FilterVerdict::drop_rule);
  EXPECT_EQ(verdict(tcp_from("2001:db8:8000::1", 80)), FilterVerdict::pass_default);
}

TEST_F(FilterVerdicts, KeepTheFamiliesApart) {
  rules.put("0.0.0.0/0", "drop");
  EXPECT_TRUE(drops(tcp_from("10.1.1.1", 80)));
  EXPECT_TRUE(passes(tcp_from("a01:101::", 80)));
}

TEST_F(FilterVerdicts, PassAPrefixInsideADroppedOne) {
  rules.put({{"10.0.0.0/8", "drop"}, {"10.1.0.0/16", "pass"}});
  EXPECT_EQ(verdict(tcp_from("10.1.2.3", 80)), FilterVerdict::pass_rule);
  EXPECT_EQ(verdict(tcp_from("10.2.2.3", 80)), FilterVerdict::drop_rule);
}

TEST_F(FilterVerdicts, AskForTheServiceOfARule) {
  rules.put({{"tcp/22 from 10.0.0.0/8", "drop"}, {"udp from 2001:db8::/32", "drop"}});
  EXPECT_TRUE(drops(tcp_from("10.1.1.1", 22)));
  EXPECT_TRUE(passes(tcp_from("10.1.1.1", 23)));
  EXPECT_TRUE(passes(udp_from("10.1.1.1", 22)));
  EXPECT_TRUE(drops(udp_from("2001:db8::1", 1)));
  EXPECT_TRUE(passes(tcp_from("2001:db8::1", 1)));
}

TEST_F(FilterVerdicts, ApplyTheDefaultToWhatNoOtherRuleMatches) {
  rules.put({{"default", "drop"}, {"10.0.0.0/8", "pass"}});
  EXPECT_EQ(verdict(tcp_from("192.0.2.1", 80)), FilterVerdict::drop_default);
  EXPECT_EQ(verdict(ping_from("2001:db8::1")), FilterVerdict::drop_default);
  EXPECT_EQ(verdict(tcp_from("10.0.0.1", 80)), FilterVerdict::pass_rule);
  rules.put("default", "pass");
  EXPECT_EQ(verdict(tcp_from("192.0.2.1", 80)), FilterVerdict::pass_default);
}

TEST_F(FilterVerdicts, PassAndReportARuleOfNoKnownAction) {
  rules.put("10.0.0.0/8", "action=7");
  EXPECT_EQ(verdict(tcp_from("10.0.0.1", 80)), FilterVerdict::bad_rule);
  EXPECT_TRUE(passes(tcp_from("10.0.0.1", 80)));
}

/// Some rules, and what they do with packets that several of them match.
struct Precedence {
  const char* name;
  std::vector<Rule> rules;
  std::vector<Bytes> dropped;
  std::vector<Bytes> passed;
};

class FilterPrecedence : public LoadedFilter, public testing::WithParamInterface<Precedence> {};

TEST_P(FilterPrecedence, LetsTheLongestSourceDecide) {
  rules.put(GetParam().rules);
  // Twice: the first packet may teach the program, the second uses what it learnt.
  for (int round = 1; round <= 2; ++round) {
    for (const Bytes& packet : GetParam().dropped) EXPECT_TRUE(drops(packet)) << round;
    for (const Bytes& packet : GetParam().passed) EXPECT_TRUE(passes(packet)) << round;
  }
}

const Precedence precedences[] = {
    {"BlocklistBeatsAPublicService",
     {{"default", "drop"}, {"tcp/443 from 0.0.0.0/0", "pass"}, {"1.2.3.0/24", "drop"}},
     {tcp_from("1.2.3.4", 443), tcp_from("1.2.4.4", 80)},
     {tcp_from("1.2.4.4", 443)}},
    {"AllowInsideDeny",
     {{"10.0.0.0/8", "drop"}, {"10.1.0.0/16", "pass"}},
     {tcp_from("10.2.0.1", 80)},
     {tcp_from("10.1.0.1", 80)}},
    {"OneHostMayUseSsh",
     {{"10.0.0.0/8", "drop"}, {"tcp/22 from 10.1.1.1", "pass"}},
     {tcp_from("10.1.1.1", 23), tcp_from("10.1.1.2", 22)},
     {tcp_from("10.1.1.1", 22)}},
    {"SubnetShutOutOfSsh",
     {{"default", "drop"}, {"tcp/22 from 10.0.0.0/8", "pass"}, {"10.66.0.0/16", "drop"}},
     {tcp_from("10.66.1.1", 22), tcp_from("10.1.1.1", 23), tcp_from("11.1.1.1", 22)},
     {tcp_from("10.1.1.1", 22)}},
    {"TrustedHostBeatsAServiceForAll",
     {{"tcp/25 from 0.0.0.0/0", "drop"}, {"10.9.9.9", "pass"}},
     {tcp_from("10.9.9.8", 25)},
     {tcp_from("10.9.9.9", 25), tcp_from("10.9.9.8", 26)}},
    {"OneResolverInADroppedSubnet",
     {{"udp from 192.168.1.0/24", "drop"}, {"udp/53 from 192.168.1.10", "pass"}},
     {udp_from("192.168.1.10", 54), udp_from("192.168.1.11", 53)},
     {udp_from("192.168.1.10", 53), tcp_from("192.168.1.11", 53)}},
    {"ThreeServicesOfThreeLengths",
     {{"10.1.1.0/24", "drop"},
      {"tcp from 10.0.0.0/8", "drop"},
      {"tcp/80 from 10.1.0.0/16", "pass"}},
     {tcp_from("10.1.1.1", 80), udp_from("10.1.1.1", 80), tcp_from("10.1.2.1", 81)},
     {tcp_from("10.1.2.1", 80), udp_from("10.1.2.1", 80)}},
    {"AnyRuleBeatsTheDefault",
     {{"default", "drop"}, {"tcp/80 from 0.0.0.0/0", "pass"}, {"::/0", "pass"}},
     {tcp_from("192.0.2.1", 81)},
     {tcp_from("192.0.2.1", 80), ping_from("2001:db8::1")}},
    {"ServiceBeatsAnyOfTheSameSource",
     {{"10.0.0.0/8", "drop"}, {"tcp from 10.0.0.0/8", "pass"}, {"tcp/23 from 10.0.0.0/8", "drop"}},
     {udp_from("10.1.1.1", 53), tcp_from("10.1.1.1", 23)},
     {tcp_from("10.1.1.1", 22)}},
    {"ServiceBeatsAnyOfTheSameIpv6Source",
     {{"2001:db8::1", "drop"}, {"tcp/22 from 2001:db8::1", "pass"}},
     {tcp_from("2001:db8::1", 23)},
     {tcp_from("2001:db8::1", 22)}},
};

INSTANTIATE_TEST_SUITE_P(Of, FilterPrecedence, testing::ValuesIn(precedences),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(FilterVerdicts, FollowAServiceRuleThatIsReplacedAndShortened) {
  const Bytes packet = tcp_from("10.1.1.1", 22);
  rules.put({{"10.1.0.0/16", "drop"}, {"tcp from 10.1.1.0/24", "pass"}});
  EXPECT_TRUE(passes(packet));
  rules.put("tcp from 10.1.1.0/24", "drop");
  EXPECT_TRUE(drops(packet));
  rules.erase("tcp from 10.1.1.0/24");
  rules.put("tcp from 10.0.0.0/8", "pass");
  EXPECT_TRUE(drops(packet)) << "the /16 decides over the /8";
}

TEST_F(FilterVerdicts, LearnTheLengthAnewForARuleInALongerOnesPlace) {
  const Bytes packet = tcp_from("10.1.1.1", 22);
  rules.put({{"10.0.0.0/8", "pass"}, {"10.1.1.1", "drop"}, {"tcp from 10.1.0.0/16", "pass"}});
  EXPECT_TRUE(drops(packet));
  rules.erase("10.1.1.1");
  rules.put("10.0.0.0/8", "drop");
  EXPECT_TRUE(passes(packet));
  rules.put("10.1.1.0/24", "drop");
  EXPECT_TRUE(drops(packet));
}

TEST_F(FilterVerdicts, LearnNoWrongLengthWhileRulesChange) {
  const Bytes packet = tcp_from("10.1.1.1", 22);
  const std::uint8_t right = 8 + 1;
  std::atomic<bool> done = false;
  std::thread other([&] {
    RuleMap same;
    while (!done) {
      same.put("10.1.0.0/16", "pass");
      same.erase("10.1.0.0/16");
    }
  });
  rules.put("tcp from 10.0.0.0/12", "pass");
  for (int i = 0; i < 20'000; ++i) {
    rules.put("10.0.0.0/8", "drop");
    run(packet, 4);
    const auto rank = std::to_integer<std::uint8_t>(rules.raw("10.0.0.0/8")[rank_offset]);
    if (rank == 0 || rank == right) continue;
    ADD_FAILURE() << "learnt " << int{rank} << " after " << i;
    break;
  }
  done = true;
  other.join();
}

TEST_F(FilterVerdicts, PassArpAndOtherProtocolsBeforeAnyRule) {
  rules.put("default", "drop");
  EXPECT_EQ(verdict(arp()), FilterVerdict::arp_nd);
  EXPECT_TRUE(passes(arp()));
  const Bytes lldp = ethernet(ethertype_lldp, Bytes(46));
  EXPECT_EQ(verdict(lldp), FilterVerdict::non_ip);
  EXPECT_TRUE(passes(lldp));
}

TEST_F(FilterVerdicts, PassNeighbourDiscoveryThatNoRouterForwarded) {
  rules.put("default", "drop");
  for (std::uint8_t type = 133; type <= 137; ++type)
    EXPECT_EQ(verdict(neighbour_discovery(type)), FilterVerdict::arp_nd) << int{type};
  for (const Bytes& other : {neighbour_discovery(132), neighbour_discovery(138),
                             neighbour_discovery(135, 64), neighbour_discovery(135, 254)})
    EXPECT_EQ(verdict(other), FilterVerdict::drop_default);
}

TEST_F(FilterVerdicts, TakeNoFragmentForNeighbourDiscovery) {
  rules.put("default", "drop");
  const Ipv6 header{.next = protocol_fragment, .hop_limit = 255};
  const auto packet = [&](std::uint16_t offset, bool more) {
    return ethernet(ethertype_ipv6,
                    ipv6(header, fragment(protocol_icmpv6, offset, more, icmp(135))));
  };
  EXPECT_TRUE(drops(packet(0, true)));
  EXPECT_TRUE(drops(packet(2, false)));
  EXPECT_TRUE(passes(packet(0, false))) << "the whole packet in one fragment";
}

TEST_F(FilterVerdicts, RememberAFragmentHeaderBehindAnother) {
  rules.put("default", "drop");
  const Bytes whole = fragment(protocol_icmpv6, 0, false, icmp(135));
  const Ipv6 header{.next = protocol_fragment, .hop_limit = 255};
  EXPECT_TRUE(
      drops(ethernet(ethertype_ipv6, ipv6(header, fragment(protocol_fragment, 0, true, whole)))));
}

TEST_F(FilterVerdicts, LookBehindTwoVlanTags) {
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

TEST_F(FilterVerdicts, DropMoreThanTwoVlanTags) {
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

TEST_F(FilterVerdicts, AcceptALaterFragmentShorterThanAHeader) {
  const Bytes tail =
      ethernet(ethertype_ipv4, ipv4({.protocol = protocol_udp, .fragment_offset = 185}, Bytes(4)));
  EXPECT_EQ(verdict(tail), FilterVerdict::pass_default);
}

TEST_F(FilterVerdicts, NeverPassABlockedSourceThatIsCutOff) {
  rules.put({{"10.0.0.0/8", "drop"}, {"2001:db8::/32", "drop"}});
  for (const Bytes& packet : {tcp_from("10.0.0.1", 80), udp_from("2001:db8::1", 53)}) {
    for (std::size_t length = 14; length < packet.size(); ++length)
      EXPECT_EQ(verdict(cut(packet, length)), FilterVerdict::malformed) << length;
    EXPECT_EQ(verdict(packet), FilterVerdict::drop_rule);
  }
}

TEST_F(FilterVerdicts, DropHeadersThatAreCutOffInAnyLayer) {
  const Bytes chain = ethernet(
      ethertype_qinq,
      vlan(
          ethertype_vlan,
          vlan(ethertype_ipv6, ipv6({.next = protocol_hop_options},
                                    extension(protocol_auth,
                                              auth_header(protocol_fragment,
                                                          fragment(protocol_tcp, 0, true, tcp(80))),
                                              1)))));
  for (std::size_t length = 14; length < chain.size(); ++length)
    EXPECT_EQ(verdict(cut(chain, length)), FilterVerdict::malformed) << length;
  EXPECT_EQ(verdict(chain), FilterVerdict::pass_default);
}

TEST_F(FilterVerdicts, ReadThePortBehindIpv4Options) {
  rules.put("tcp/22 from 10.0.0.0/8", "drop");
  for (std::uint8_t words = 0; words <= 15; ++words) {
    const Bytes packet = ethernet(ethertype_ipv4, ipv4({.header_words = words}, tcp(22)));
    EXPECT_EQ(verdict(packet), words < 5 ? FilterVerdict::malformed : FilterVerdict::drop_rule)
        << int{words};
    EXPECT_TRUE(drops(packet)) << int{words};
  }
}

TEST_F(FilterVerdicts, DropAVersionThatContradictsTheEthertype) {
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

/// TCP behind that many destination options.
Bytes behind_options(int headers) {
  Bytes packet = tcp(22);
  for (int i = 0; i < headers; ++i)
    packet = extension(i == 0 ? protocol_tcp : protocol_destination_options, packet);
  return ethernet(
      ethertype_ipv6,
      ipv6({.next = headers == 0 ? protocol_tcp : protocol_destination_options}, packet));
}

TEST_F(FilterVerdicts, LookBehindSixExtensionHeaders) {
  rules.put("tcp/22 from 2001:db8::/32", "drop");
  for (int headers = 0; headers <= 6; ++headers)
    EXPECT_EQ(verdict(behind_options(headers)), FilterVerdict::drop_rule) << headers;
  EXPECT_EQ(verdict(behind_options(7)), FilterVerdict::unparsed);
  EXPECT_TRUE(drops(behind_options(7)));
}

TEST_F(FilterVerdicts, LookBehindTheLongestExtensionHeader) {
  rules.put("tcp/22 from 2001:db8::/32", "drop");
  const Bytes packet = ethernet(
      ethertype_ipv6, ipv6({.next = protocol_hop_options}, extension(protocol_tcp, tcp(22), 255)));
  EXPECT_EQ(verdict(packet), FilterVerdict::drop_rule);
}

TEST_F(FilterVerdicts, MatchAPacketWithoutATransportByItsSource) {
  rules.put("2001:db8::/32", "drop");
  const Bytes packet = ethernet(ethertype_ipv6, ipv6({.next = protocol_none}, Bytes{}));
  EXPECT_EQ(verdict(packet), FilterVerdict::drop_rule);
}

TEST_F(FilterVerdicts, CountPacketsAndBytesOfTheRuleThatDecided) {
  rules.put({{"10.0.0.0/8", "drop"}, {"tcp from 10.1.0.0/16", "pass"}});
  const Bytes decided_by_8 = udp_from("10.1.1.1", 53);
  const Bytes decided_by_16 = tcp_from("10.1.1.1", 80);
  run(decided_by_8, 3);
  run(decided_by_16, 5);
  EXPECT_EQ(rules.counted("10.0.0.0/8").packets, 3U);
  EXPECT_EQ(rules.counted("10.0.0.0/8").bytes, 3 * decided_by_8.size());
  EXPECT_EQ(rules.counted("tcp from 10.1.0.0/16").packets, 5U);
  EXPECT_EQ(rules.counted("tcp from 10.1.0.0/16").bytes, 5 * decided_by_16.size());
}

TEST_F(FilterVerdicts, LoseNoCountWhereTwoCpusHitOneRule) {
  constexpr int packets = 1'000'000;
  rules.put("10.0.0.0/8", "drop");
  const Bytes packet = tcp_from("10.0.0.1", 80);
  std::thread other([&] { run(packet, packets); });
  run(packet, packets);
  other.join();
  EXPECT_EQ(rules.counted("10.0.0.0/8").packets, 2U * packets);
  EXPECT_EQ(rules.counted("10.0.0.0/8").bytes, 2U * packets * packet.size());
  const auto totals = filter_status(bpffs).totals;
  EXPECT_EQ(totals[FILTER_DROP_RULE].packets, 2U * packets);
  EXPECT_EQ(totals[FILTER_DROP_RULE].bytes, 2U * packets * packet.size());
}

}  // namespace
}  // namespace mapctl::test
