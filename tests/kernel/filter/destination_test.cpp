// Rules by destination, in a filter with --destinations and in one without.

#include <gtest/gtest.h>

#include <algorithm>

#include "mapctl/info.hpp"
#include "support/filter/filter_fixture.hpp"
#include "support/filter/link_fixture.hpp"
#include "support/filter/packets.hpp"

namespace mapctl::test {
namespace {

// The destinations of the packets: 198.51.100.1 and 2001:db8:ffff::1.

class FilterDestinations : public LoadedFilter {
 protected:
  FilterDestinations() : LoadedFilter(Lookups::both) {}
};

TEST_F(FilterDestinations, DropWhatGoesToAPrefixAndNotWhatComesFromIt) {
  rules.put({{"to 198.51.100.0/24", "drop"}, {"to 2001:db8:ffff::/48", "drop"}});
  EXPECT_EQ(verdict(udp_from("10.0.0.1", 80)), FilterVerdict::drop_rule);
  EXPECT_EQ(verdict(ping_from("2001:db8::1")), FilterVerdict::drop_rule);
  rules.clear();
  rules.put({{"to 10.0.0.0/8", "drop"}, {"to 2001:db8::/33", "drop"}});
  EXPECT_EQ(verdict(udp_from("10.0.0.1", 80)), FilterVerdict::pass_default);
  EXPECT_EQ(verdict(ping_from("2001:db8::1")), FilterVerdict::pass_default);
}

TEST_F(FilterDestinations, AskForTheServiceOfARule) {
  rules.put({{"tcp/22 to 198.51.100.1", "drop"}, {"udp to 2001:db8:ffff::/64", "drop"}});
  EXPECT_TRUE(drops(tcp_from("10.0.0.1", 22)));
  EXPECT_TRUE(passes(tcp_from("10.0.0.1", 23)));
  EXPECT_TRUE(passes(udp_from("10.0.0.1", 22)));
  EXPECT_TRUE(drops(udp_from("2001:db8::1", 1)));
  EXPECT_TRUE(passes(tcp_from("2001:db8::1", 1)));
}

TEST_F(FilterDestinations, KnowNoPortOfALaterFragment) {
  const Bytes later =
      ethernet(ethertype_ipv4, ipv4({.protocol = protocol_udp, .fragment_offset = 185}, Bytes(16)));
  rules.put("udp/53 to 198.51.100.1", "drop");
  EXPECT_TRUE(passes(later));
  rules.put("udp to 198.51.100.1", "drop");
  EXPECT_TRUE(drops(later));
}

TEST_F(FilterDestinations, CountForTheRuleOfTheDirectionThatDecided) {
  rules.put({{"10.0.0.0/8", "drop"}, {"tcp to 198.51.100.0/24", "pass"}, {"default", "drop"}});
  const Bytes by_source = udp_from("10.0.0.1", 80);
  const Bytes by_destination = tcp_from("10.0.0.1", 80);
  const Bytes by_default = udp_from("11.0.0.1", 80);
  run(by_source, 2);
  run(by_destination, 3);
  run(by_default, 5);
  EXPECT_EQ(rules.counted("10.0.0.0/8").packets, 2U);
  EXPECT_EQ(rules.counted("10.0.0.0/8").bytes, 2 * by_source.size());
  EXPECT_EQ(rules.counted("tcp to 198.51.100.0/24").packets, 3U);
  EXPECT_EQ(rules.counted("tcp to 198.51.100.0/24").bytes, 3 * by_destination.size());
  EXPECT_EQ(rules.counted("default").packets, 5U);
}

TEST_F(FilterDestinations, FollowARuleThatIsReplacedAndShortened) {
  const Bytes packet = tcp_from("10.1.1.1", 22);
  rules.put({{"10.1.0.0/16", "drop"}, {"to 198.51.100.0/24", "pass"}});
  EXPECT_TRUE(passes(packet));
  rules.erase("to 198.51.100.0/24");
  rules.put("to 198.0.0.0/8", "pass");
  EXPECT_TRUE(drops(packet)) << "the /16 decides over the /8";
}

/// Some rules, and their verdicts on packets that several of them match.
struct Precedence {
  const char* name;
  std::vector<Rule> rules;
  std::vector<Bytes> dropped;
  std::vector<Bytes> passed;
};

class DestinationPrecedence : public FilterDestinations,
                              public testing::WithParamInterface<Precedence> {};

TEST_P(DestinationPrecedence, LetsTheLongestPrefixOfBothDirectionsDecide) {
  rules.put(GetParam().rules);
  // Each packet is sent twice: the first may teach the program, the second uses what it learnt.
  for (int round = 1; round <= 2; ++round) {
    for (const Bytes& packet : GetParam().dropped) EXPECT_TRUE(drops(packet)) << round;
    for (const Bytes& packet : GetParam().passed) EXPECT_TRUE(passes(packet)) << round;
  }
}

const Precedence precedences[] = {
    {"LongerDestination",
     {{"10.0.0.0/8", "drop"}, {"to 198.51.100.0/24", "pass"}, {"11.0.0.0/8", "pass"}},
     {},
     {tcp_from("10.0.0.1", 22), tcp_from("11.0.0.1", 22)}},
    {"LongerSource",
     {{"10.0.0.0/8", "drop"}, {"10.1.1.0/25", "drop"}, {"to 198.51.100.0/24", "pass"}},
     {tcp_from("10.1.1.1", 22)},
     {tcp_from("10.1.1.129", 22)}},
    {"LengthBeforeService",
     {{"tcp/22 from 10.0.0.0/8", "drop"}, {"to 198.51.0.0/16", "pass"}},
     {},
     {tcp_from("10.0.0.1", 22)}},
    {"ServiceBeforeSource",
     {{"10.1.1.0/24", "pass"}, {"tcp to 198.51.100.0/24", "drop"}},
     {tcp_from("10.1.1.1", 22)},
     {udp_from("10.1.1.1", 22)}},
    {"PortBeforeProtocol",
     {{"tcp/22 to 198.51.100.0/24", "drop"}, {"tcp from 10.1.1.0/24", "pass"}},
     {tcp_from("10.1.1.1", 22)},
     {tcp_from("10.1.1.1", 23)}},
    {"SourceOfEquals",
     {{"tcp/22 from 10.1.1.0/24", "pass"}, {"tcp/22 to 198.51.100.0/24", "drop"}},
     {tcp_from("10.1.2.1", 22)},
     {tcp_from("10.1.1.1", 22), tcp_from("10.1.2.1", 23)}},
    {"LongestOfAllServices",
     {{"tcp to 198.51.100.0/24", "pass"},
      {"tcp/22 to 198.51.0.0/16", "drop"},
      {"to 198.51.100.1", "drop"},
      {"tcp from 10.1.1.1", "pass"}},
     {udp_from("10.1.1.1", 22), tcp_from("10.1.1.2", 22)},
     {tcp_from("10.1.1.1", 22)}},
    {"AnyDestinationBeforeTheDefault",
     {{"default", "drop"}, {"tcp/443 to 0.0.0.0/0", "pass"}, {"udp to ::/0", "pass"}},
     {tcp_from("10.1.1.1", 22), tcp_from("2001:db8::1", 443)},
     {tcp_from("10.1.1.1", 443), udp_from("2001:db8::1", 53)}},
    {"Ipv6LikeIpv4",
     {{"2001:db8::/64", "drop"}, {"to 2001:db8:ffff::/65", "pass"}, {"2001:db8:0:1::/66", "drop"}},
     {tcp_from("2001:db8:0:1::1", 22)},
     {tcp_from("2001:db8::1", 22)}},
    {"ServerBehindAPublicService",
     {{"default", "drop"}, {"tcp/443 to 198.51.100.1", "pass"}, {"203.0.113.0/24", "drop"}},
     {tcp_from("203.0.113.1", 80), udp_from("192.0.2.1", 443)},
     {tcp_from("192.0.2.1", 443), tcp_from("203.0.113.1", 443)}},
};

INSTANTIATE_TEST_SUITE_P(Of, DestinationPrecedence, testing::ValuesIn(precedences),
                         [](const auto& tested) { return tested.param.name; });

class FilterOfSources : public LoadedFilter {};

TEST_F(FilterOfSources, IgnoresRulesByDestination) {
  rules.put({{"to 198.51.100.1", "drop"}, {"to ::/0", "drop"}});
  EXPECT_EQ(verdict(tcp_from("10.0.0.1", 22)), FilterVerdict::pass_default);
  EXPECT_EQ(verdict(tcp_from("2001:db8::1", 22)), FilterVerdict::pass_default);
  rules.put("10.0.0.0/8", "drop");
  EXPECT_EQ(verdict(tcp_from("10.0.0.1", 22)), FilterVerdict::drop_rule);
  EXPECT_EQ(rules.counted("to 198.51.100.1").packets, 0U);
}

class FilterWithDestinations : public FilterLinks {
 protected:
  /// The status of the program on f0.
  static std::optional<bool> looks_at_them() { return filter_status(bpffs).links[0].destinations; }
};

TEST_F(FilterWithDestinations, IsLoadedSoOnlyWhereThatIsAskedFor) {
  const VethPair veth;
  filter_load({"f0"}, {.pins = bpffs});
  EXPECT_EQ(looks_at_them(), false);
  EXPECT_TRUE(filter_load({"f0"}, {.pins = bpffs, .destinations = true}).at(0).replaced);
  EXPECT_EQ(looks_at_them(), true);
  filter_load({"f0"}, {.pins = bpffs});
  EXPECT_EQ(looks_at_them(), false);
}

TEST_F(FilterWithDestinations, TellsHowManyRulesAreByDestination) {
  const VethPair veth;
  filter_load({"f0"}, {.pins = bpffs});
  RuleMap().put({{"10.0.0.0/8", "drop"}, {"to 10.0.0.0/8", "drop"}, {"udp to ::/0", "pass"}});
  EXPECT_EQ(count_destination_rules(Map::open(bpffs / "filter_map")), 2U);
  EXPECT_EQ(filter_status(bpffs).destination_rules, 2U);
}

TEST_F(FilterWithDestinations, AreUnknownOfOtherPrograms) {
  const VethPair veth;
  EXPECT_EQ(uses_destinations({}), std::nullopt);
  filter_load({"f0"}, {.pins = bpffs, .destinations = true});
  const std::vector<ProgramInfo> all = programs();
  const auto program = std::ranges::find(all, program_on("f0"), &ProgramInfo::id);
  ASSERT_NE(program, all.end());
  const WithoutSysAdmin limited;
  EXPECT_EQ(uses_destinations(*program), std::nullopt);
}

}  // namespace
}  // namespace mapctl::test
