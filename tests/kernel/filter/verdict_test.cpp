// The packets that the filter drops: each test asks the loaded program about single packets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <ctime>
#include <thread>

#include "filter.h"
#include "support/filter/filter_fixture.hpp"
#include "support/filter/filter_model.hpp"
#include "support/filter/packets.hpp"
#include "support/rounds.hpp"

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

/// Rules with ends, in seconds of CLOCK_BOOTTIME.
class FilterEnds : public LoadedFilter {
 protected:
  static std::uint32_t now() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return static_cast<std::uint32_t>(time.tv_sec);
  }

  void put(const Network& network, filter_action action, std::uint32_t expires,
           Service service = {}) {
    const ModelRule rule{.network = network, .service = service};
    map_.put(bytes_of(key_of(rule)), bytes_of(filter_rule{.action = action, .expires = expires}));
  }
  void put_default(filter_action action, std::uint32_t expires) {
    map_.put(bytes_of(filter_key{}), bytes_of(filter_rule{.action = action, .expires = expires}));
  }

  static Network inside_ten(int bits) {
    Network network{.bits = bits};
    network.address[0] = 10;
    return network;
  }

  Map map_ = Map::open(bpffs / "filter_map");
};

constexpr std::uint32_t past = 1;

TEST_F(FilterEnds, DropsUntilTheEndAndPassesFromThenOn) {
  put(inside_ten(8), FILTER_PASS, 0);
  const std::uint32_t end = now() + 2;
  put(inside_ten(16), FILTER_DROP, end);
  while (now() < end) {
    const bool is_dropped = drops(tcp_from("10.0.0.1", 80));
    EXPECT_TRUE(is_dropped || now() >= end);
    usleep(10'000);
  }
  for (int round = 0; round < 2; ++round)
    EXPECT_EQ(verdict(tcp_from("10.0.0.1", 80)), FilterVerdict::pass_rule);
  EXPECT_EQ(rules.counted("10.0.0.0/8").packets, 2U);
}

TEST_F(FilterEnds, LetTheNextShorterRuleOfTheSameServiceDecide) {
  put(inside_ten(8), FILTER_DROP, 0, {6, 0});
  put(inside_ten(16), FILTER_PASS, past, {6, 0});
  put(inside_ten(24), FILTER_PASS, past);
  put(inside_ten(32), FILTER_PASS, past, {6, 22});
  put_default(FILTER_PASS, now() + 1000);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(verdict(tcp_from("10.0.0.0", 22)), FilterVerdict::drop_rule);
    EXPECT_EQ(verdict(udp_from("10.0.0.0", 22)), FilterVerdict::pass_default);
  }
}

TEST_F(FilterEnds, EndTheDefaultToo) {
  put_default(FILTER_DROP, past);
  put(inside_ten(0), FILTER_DROP, past);
  EXPECT_EQ(verdict(tcp_from("10.0.0.1", 80)), FilterVerdict::pass_default);
  put_default(FILTER_DROP, UINT32_MAX);
  EXPECT_EQ(verdict(tcp_from("10.0.0.1", 80)), FilterVerdict::drop_default);
}

TEST_F(FilterEnds, PassOverAllRulesOfIpv4ThatContainEachOther) {
  put_default(FILTER_DROP, 0);
  for (int bits = 0; bits <= 32; ++bits) {
    Network network = inside_ten(bits);
    if (bits < 8) network.address[0] &= static_cast<std::uint8_t>(0xff00 >> bits);
    put(network, FILTER_PASS, past);
  }
  for (int round = 0; round < 2; ++round)
    EXPECT_EQ(verdict(tcp_from("10.0.0.0", 80)), FilterVerdict::drop_default);
  rules.put("0.0.0.0/0", "pass");
  EXPECT_EQ(verdict(tcp_from("10.0.0.0", 80)), FilterVerdict::pass_rule);
}

TEST_F(FilterEnds, RenewAlsoWhatHasEnded) {
  put(inside_ten(8), FILTER_DROP, past);
  EXPECT_TRUE(passes(tcp_from("10.0.0.1", 80)));
  put(inside_ten(8), FILTER_DROP, now() + 1000);
  EXPECT_TRUE(drops(tcp_from("10.0.0.1", 80)));
}

/// Some rules, and their verdicts on packets that several of them match.
struct Precedence {
  const char* name;
  std::vector<Rule> rules;
  std::vector<Bytes> dropped;
  std::vector<Bytes> passed;
};

class FilterPrecedence : public LoadedFilter, public testing::WithParamInterface<Precedence> {};

TEST_P(FilterPrecedence, LetsTheLongestSourceDecide) {
  rules.put(GetParam().rules);
  // Each packet is sent twice: the first may teach the program, the second uses what it learnt.
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
  for (int i = 0; i < rounds(20'000, 1000); ++i) {
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

}  // namespace
}  // namespace mapctl::test
