// The filter's report of what it would do with a packet, and which rule decides.

#include "mapctl/filter/probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "filter.h"
#include "mapctl/filter/packet.hpp"
#include "mapctl/text/codec.hpp"
#include "support/filter/link_fixture.hpp"
#include "support/filter/packets.hpp"
#include "support/maps.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

/// The verdict and rule for a packet, such as "drop_rule by 10.0.0.0/8" or "pass_default".
std::string decision(FilterProbe& probe, ByteView frame) {
  const FilterAnswer answer = probe.ask(frame);
  std::string text{name(answer.verdict)};
  if (answer.rule) text += " by " + key_text_of(probe.key_layout(), *answer.rule);
  return text;
}

std::string decision(FilterProbe& probe, const std::string& packet) {
  return decision(probe, frame_of(packet));
}

/// Asks about the rules that all tests of the process share.
FilterProbe& shared_probe() {
  static FilterProbe probe{bpffs};
  return probe;
}

class FilterProbed : public LoadedFilter {
 protected:
  FilterProbe& probe = shared_probe();
};

TEST_F(FilterProbed, NamesTheRuleThatDecides) {
  rules.put({{"10.0.0.0/8", "drop"},
             {"10.1.0.0/16", "pass"},
             {"tcp from 10.1.0.0/16", "drop"},
             {"tcp/22 from 10.1.2.0/24", "pass"},
             {"10.1.2.3", "drop"},
             {"tcp/22 from 10.1.2.4", "pass"},
             {"udp/53 from 0.0.0.0/0", "drop"}});
  EXPECT_EQ(decision(probe, "gre 10.200.0.1"), "drop_rule by 10.0.0.0/8");
  EXPECT_EQ(decision(probe, "gre 10.1.0.1"), "pass_rule by 10.1.0.0/16");
  EXPECT_EQ(decision(probe, "tcp 10.1.0.1 > :80"), "drop_rule by tcp from 10.1.0.0/16");
  EXPECT_EQ(decision(probe, "tcp 10.1.2.9 > :22"), "pass_rule by tcp/22 from 10.1.2.0/24");
  EXPECT_EQ(decision(probe, "tcp 10.1.2.3 > :22"), "drop_rule by 10.1.2.3/32");
  EXPECT_EQ(decision(probe, "tcp 10.1.2.4 > :22"), "pass_rule by tcp/22 from 10.1.2.4/32");
  EXPECT_EQ(decision(probe, "udp 10.1.2.4 > :53"), "pass_rule by 10.1.0.0/16");
  EXPECT_EQ(decision(probe, "udp 192.0.2.1 > :53"), "drop_rule by udp/53 from 0.0.0.0/0");
  EXPECT_EQ(decision(probe, "tcp 192.0.2.1 > :53"), "pass_default");
}

TEST_F(FilterProbed, NamesRulesOfIpv6AndTheDefault) {
  rules.put({{"default", "drop"},
             {"2001:db8::/32", "pass"},
             {"sctp/9 from 2001:db8:1::/48", "drop"},
             {"2001:db8::7", "drop"},
             {"icmpv6 from ::/0", "pass"}});
  EXPECT_EQ(decision(probe, "tcp 2001:db8::1"), "pass_rule by 2001:db8::/32");
  EXPECT_EQ(decision(probe, "tcp 2001:db8::7"), "drop_rule by 2001:db8::7/128");
  EXPECT_EQ(decision(probe, "sctp 2001:db8:1::5 > :9"), "drop_rule by sctp/9 from 2001:db8:1::/48");
  EXPECT_EQ(decision(probe, "icmp6 fe80::1"), "pass_rule by icmpv6 from ::/0");
  EXPECT_EQ(decision(probe, "tcp fe80::1"), "drop_default by default");
  EXPECT_EQ(decision(probe, "tcp 10.0.0.1"), "drop_default by default");
  rules.put("default", "pass");
  EXPECT_EQ(decision(probe, "tcp 10.0.0.1"), "pass_default by default");
}

TEST_F(FilterProbed, PassesOverRulesThatHaveEnded) {
  rules.put({{"10.0.0.0/8", "drop"}, {"10.1.0.0/16", "pass,expires=2020-01-01T00:00Z"}});
  rules.put("tcp/22 from 10.1.2.3", "pass,expires=2020-01-01T00:00Z");
  EXPECT_EQ(decision(probe, "tcp 10.1.2.3 > :22"), "drop_rule by 10.0.0.0/8");
  rules.put("10.1.0.0/16", "pass,expires=2099-01-01T00:00Z");
  EXPECT_EQ(decision(probe, "tcp 10.1.2.3 > :22"), "pass_rule by 10.1.0.0/16");
}

TEST_F(FilterProbed, TellsWhatComesBeforeTheRules) {
  rules.put("default", "drop");
  EXPECT_EQ(decision(probe, "arp 10.0.0.1 > 10.0.0.2"), "arp_nd");
  EXPECT_EQ(decision(probe, "icmp6 fe80::1 > ff02::1 type 135 hop-limit 255"), "arp_nd");
  EXPECT_EQ(decision(probe, "icmp6 fe80::1 > ff02::1 type 135 ttl 64"), "drop_default by default");
  EXPECT_EQ(decision(probe, ethernet(ethertype_lldp, Bytes(50))), "non_ip");
  EXPECT_EQ(decision(probe, "tcp 10.0.0.1 fragment 1"), "fragment");
  EXPECT_EQ(decision(probe, "tcp 10.0.0.1 vlan 1 vlan 2 vlan 3"), "unparsed");
  EXPECT_EQ(decision(probe, cut(tcp_from("10.0.0.1", 22), 20)), "malformed");
  EXPECT_EQ(decision(probe, Bytes(13)), "malformed");
}

TEST_F(FilterProbed, AnswersAsTheFilterDoes) {
  rules.put({{"10.0.0.0/8", "drop"},
             {"tcp/22 from 10.0.0.0/8", "pass"},
             {"2001:db8::/32", "drop"},
             {"udp from 2001:db8::/32", "pass"}});
  std::vector<Bytes> packets{arp(),
                             neighbour_discovery(135),
                             ping_from("10.0.0.1"),
                             frame_of("tcp 10.0.0.1 > :22 fragment 185"),
                             frame_of("udp 2001:db8::1 > :53 vlan 7 fragment 0"),
                             ethernet(ethertype_ipv4, Bytes(5000))};
  for (const Bytes& whole : {tcp_from("10.0.0.1", 22), udp_from("2001:db8::1", 53)})
    for (std::size_t length = 14; length <= whole.size(); ++length)
      packets.push_back(cut(whole, length));
  for (const Bytes& packet : packets)
    EXPECT_EQ(probe.ask(packet).verdict, verdict(cut(packet, 3000))) << packet.size();
}

TEST_F(FilterProbed, CountsNothing) {
  rules.put({{"10.0.0.0/8", "drop"}, {"default", "pass"}});
  for (const char* packet : {"tcp 10.0.0.1", "tcp 192.0.2.1", "arp"}) probe.ask(frame_of(packet));
  EXPECT_EQ(rules.counted("10.0.0.0/8").packets, 0U);
  EXPECT_EQ(rules.counted("default").packets, 0U);
  for (const FilterTotals& totals : filter_status(bpffs).totals) EXPECT_EQ(totals.packets, 0U);
}

TEST_F(FilterProbed, SeesRulesThatChangeMeanwhile) {
  const Bytes packet = frame_of("tcp 10.1.2.3 > :22");
  EXPECT_EQ(decision(probe, packet), "pass_default");
  rules.put("10.0.0.0/8", "drop");
  EXPECT_EQ(decision(probe, packet), "drop_rule by 10.0.0.0/8");
  rules.put("10.1.0.0/16", "pass");
  EXPECT_EQ(decision(probe, packet), "pass_rule by 10.1.0.0/16");
  rules.erase("10.1.0.0/16");
  rules.put("10.0.0.0/8", "pass");
  EXPECT_EQ(decision(probe, packet), "pass_rule by 10.0.0.0/8");
}

TEST_F(FilterProbed, TellsWhatRulesCanMatchInAPacket) {
  const auto seen = [&](const Bytes& frame) {
    const FilterAnswer answer = probe.ask(frame);
    return answer.seen ? key_text_of(probe.key_layout(), *answer.seen) : "nothing";
  };
  EXPECT_EQ(seen(frame_of("tcp 10.1.2.3:5 > :22 vlan 3")), "tcp/22 from 10.1.2.3/32");
  EXPECT_EQ(seen(frame_of("tcp 10.1.2.3:5 > :22 fragment 8")), "tcp from 10.1.2.3/32");
  EXPECT_EQ(seen(frame_of("icmp6 2001:db8::1")), "icmpv6 from 2001:db8::1/128");
  EXPECT_EQ(seen(frame_of("arp")), "nothing");
}

TEST_F(FilterProbed, KnowsRulesByDestination) {
  filter_key key{.prefixlen = FILTER_SERVICE_BITS + 24, .family = FILTER_TO | 4, .proto = 6};
  const Bytes destination{std::byte{198}, std::byte{51}, std::byte{100}};
  std::ranges::copy(destination, writable_bytes_of(key.addr).begin());
  const filter_rule drop{.action = FILTER_DROP};
  Map::open(bpffs / "filter_map").put(bytes_of(key), bytes_of(drop));
  const auto rule = [&](const std::string& packet) { return probe.ask(frame_of(packet)).rule; };
  EXPECT_THAT(rule("tcp 10.0.0.1 > 198.51.100.7:22"),
              testing::Optional(testing::ElementsAreArray(bytes_of(key))));
  EXPECT_EQ(rule("udp 10.0.0.1 > 198.51.100.7:22"), std::nullopt);
  rules.put("10.0.0.0/30", "pass");
  EXPECT_EQ(decision(probe, "tcp 10.0.0.1 > 198.51.100.7:22"), "pass_rule by 10.0.0.0/30");
}

class FilterProbing : public FilterLinks {};

TEST_F(FilterProbing, NeedsRulesToAsk) {
  EXPECT_THAT(message_of([] { FilterProbe probe{bpffs}; }), HasSubstr("no rules are pinned at"));
  make_map(MapType::hash).pin(bpffs / "filter_map");
  EXPECT_THAT(message_of([] { FilterProbe probe{bpffs}; }), HasSubstr("another kind of map"));
}

TEST_F(FilterProbing, NeedsNeitherAnInterfaceNorCapSysAdmin) {
  {
    const VethPair veth;
    load({"f0"});
    RuleMap().put("10.0.0.0/8", "drop");
    filter_unload({"f0"}, bpffs);
  }
  const WithoutSysAdmin limited;
  FilterProbe probe{bpffs};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(decision(probe, "tcp 10.0.0.1"), "drop_rule by 10.0.0.0/8");
}

}  // namespace
}  // namespace mapctl::test
