#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/text/codec.hpp"
#include "mapctl/text/type_text.hpp"
#include "support/layouts.hpp"

namespace mapctl::test {
namespace {

using namespace layouts;
using testing::HasSubstr;
using testing::Not;

TEST(PrefixKey, ReadsCidrAndTakesABareAddressWhole) {
  EXPECT_EQ(encode(cidr4(), "192.0.2.0/24"), bytes({24, 0, 0, 0, 192, 0, 2, 0}));
  EXPECT_EQ(again(cidr4(), " 192.0.2.7\n"), "192.0.2.7/32");
  EXPECT_EQ(again(cidr6(), "2001:db8::/32"), "2001:db8::/32");
  EXPECT_EQ(again(cidr4_struct(), "0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(again(cidr4(), "\"10.0.0.0/8\""), "10.0.0.0/8");
}

TEST(PrefixKey, HoldsBothFamilies) {
  const Layout cidr = parse_type("cidr");
  for (const char* text : {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.7/32", "::/0", "2001:db8::/32"})
    EXPECT_EQ(again(cidr, text), text);
  const Bytes mapped = bytes({104, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 0});
  EXPECT_EQ(encode(cidr, "10.0.0.0/8"), mapped);
  EXPECT_EQ(encode(cidr, "::ffff:10.0.0.0/104"), mapped);
  EXPECT_EQ(again(cidr, "addr=10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_THAT(refusal_of(cidr, "10.0.0.0/33"), HasSubstr("33 is over 32"));
  EXPECT_THAT(refusal_of(cidr, "10.0.0.1/8"), HasSubstr("did you mean 10.0.0.0/8"));
}

TEST(PrefixKey, RefusesHostBitsAndNamesBothMeanings) {
  EXPECT_EQ(refusal_of(cidr4(), "10.0.0.1/8"),
            "'10.0.0.1/8' is not a network address: bits are set after /8 | "
            "did you mean 10.0.0.0/8 or 10.0.0.1/32?");
  EXPECT_THAT(refusal_of(cidr6(), "2001:db8::1/0"),
              HasSubstr("did you mean ::/0 or 2001:db8::1/128?"));
}

TEST(PrefixKey, RefusesALengthPastTheAddressAndTheWrongFamily) {
  EXPECT_THAT(refusal_of(cidr4(), "10.0.0.0/33"), HasSubstr("33 is over 32"));
  EXPECT_THAT(refusal_of(cidr6(), "::/129"), HasSubstr("129 is over 128"));
  EXPECT_THAT(refusal_of(cidr4(), "::/0"), HasSubstr("is IPv6, this key holds IPv4 addresses"));
  EXPECT_THAT(refusal_of(cidr6(), "10.0.0.0/8"),
              HasSubstr("is IPv4, this key holds IPv6 addresses"));
  for (const char* text :
       {"", "foo", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 x", "42"}) {
    EXPECT_NE(refusal_of(cidr4(), text), "taken") << text;
  }
}

TEST(PrefixKey, PrintsAKeyWithHostBitsSoThatItReadsBack) {
  const Bytes key = bytes({8, 0, 0, 0, 10, 0, 0, 1});
  EXPECT_EQ(key_text_of(cidr4(), key), "hex:080000000a000001");
  EXPECT_EQ(key_text_of(cidr4_struct(), key), "prefixlen=8,addr=10.0.0.1");
  EXPECT_EQ(encode(cidr4(), "hex:080000000a000001"), key);
  EXPECT_EQ(encode(cidr4_struct(), "prefixlen=8,addr=10.0.0.1"), key);
}

TEST(PrefixKey, ReadsTheLongFormOfACidr) {
  EXPECT_EQ(again(cidr4_struct(), "addr=10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_EQ(again(cidr4_struct(), R"({"prefixlen":8,"addr":"10.0.0.0"})"), "10.0.0.0/8");
  EXPECT_THAT(refusal_of(cidr4_struct(), "prefixlen=33,addr=10.0.0.0"), HasSubstr("33 is over 32"));
  EXPECT_THAT(refusal_of(cidr4_struct(), "prefixlen=8,addr=10.0.0.0/8"), HasSubstr("given twice"));
  EXPECT_THAT(refusal_of(cidr4_struct(), "{}"), HasSubstr("the address is missing"));
}

TEST(RuleKey, PrintsEveryRuleAsItWasTyped) {
  for (const char* text :
       {"10.0.0.0/8", "2001:db8::/32", "tcp from 10.0.0.0/8", "tcp/22 from 10.0.0.0/8",
        "udp from ::/0", "sctp/80 from 0.0.0.0/0", "99 from 10.0.0.0/8", "icmpv6 from ::/0",
        "0.0.0.0/0", "::/0", "to 10.0.0.0/8", "to ::/0", "to 192.0.2.7/32", "99 to 10.0.0.0/8",
        "tcp/22 to 10.0.0.0/8", "udp to 2001:db8::/32", "default"}) {
    EXPECT_EQ(again(rule_key(), text), text);
  }
  EXPECT_EQ(again(rule_key(), "tcp/443  TO 2001:db8::1"), "tcp/443 to 2001:db8::1/128");
  EXPECT_EQ(again(rule_key(), "from 10.0.0.0/8"), "10.0.0.0/8");
  EXPECT_EQ(again(rule_key(), "6/22  from 10.0.0.1"), "tcp/22 from 10.0.0.1/32");
}

TEST(RuleKey, LaysTheRuleOutAsTheProgramLooksItUp) {
  const Bytes key = encode(rule_key(), "tcp/22 from 10.0.0.0/8");
  EXPECT_EQ(Bytes(key.begin(), key.begin() + 12), bytes({40, 0, 0, 0, 4, 6, 0, 22, 10, 0, 0, 0}));
  EXPECT_EQ(encode(rule_key(), "default"), Bytes(28));
  EXPECT_EQ(encode(rule_key(), "proto=tcp,dport=22,addr=10.0.0.0/8"), key);
  EXPECT_EQ(encode(rule_key(), R"({"proto":6,"dport":22,"addr":"10.0.0.0/8"})"), key);
}

TEST(RuleKey, MarksADestinationInTheFamily) {
  Bytes key = encode(rule_key(), "tcp/22 from 10.0.0.0/8");
  key[4] = std::byte{0x14};
  EXPECT_EQ(encode(rule_key(), "tcp/22 to 10.0.0.0/8"), key);
  EXPECT_EQ(encode(rule_key(), "family=0x14,proto=tcp,dport=22,addr=10.0.0.0/8"), key);
  EXPECT_EQ(encode(rule_key(), R"({"family":20,"proto":6,"dport":22,"addr":"10.0.0.0/8"})"), key);
  EXPECT_EQ(encode(rule_key(), "to ::/0")[4], std::byte{0x16});
}

TEST(RuleKey, RefusesASourceAndADestinationTogether) {
  EXPECT_EQ(refusal_of(rule_key(), "tcp/22 from 10.0.0.0/8 to 192.0.2.1"),
            "'tcp/22 from 10.0.0.0/8 to 192.0.2.1' names two addresses, and a rule looks at one | "
            "name one: tcp/22 from 10.0.0.0/8 or tcp/22 to 192.0.2.1");
  EXPECT_THAT(refusal_of(rule_key(), "to ::1 from ::/0"), HasSubstr("to ::1 or from ::/0"));
}

TEST(RuleKey, RefusesADestinationWhereNoTagSaysWhereItGoes) {
  const Layout layout = source_rule_key();
  EXPECT_EQ(again(layout, "tcp/22 from 10.0.0.0/8"), "tcp/22 from 10.0.0.0/8");
  EXPECT_THAT(refusal_of(layout, "to 10.0.0.0/8"), HasSubstr("cannot say 'to'"));
  EXPECT_THAT(refusal_of(layout, "tcp 10.0.0.0/8"), Not(HasSubstr(" to ")));
}

TEST(RuleKey, AsksWhereAServiceComesFrom) {
  EXPECT_EQ(refusal_of(rule_key(), "tcp/22"),
            "'tcp/22' does not say from where | tcp/22 from 0.0.0.0/0 | tcp/22 from ::/0");
  EXPECT_THAT(refusal_of(rule_key(), "udp"), HasSubstr("udp from ::/0"));
}

TEST(RuleKey, ShowsTheFormsOfARule) {
  EXPECT_EQ(refusal_of(rule_key(), "tcp 10.0.0.0/8"),
            "'tcp 10.0.0.0/8' is not a rule such as 192.0.2.0/24, tcp from 192.0.2.0/24, "
            "tcp/22 from 192.0.2.0/24, to 192.0.2.0/24 or default");
  EXPECT_THAT(refusal_of(rule_key(), "deafult"), HasSubstr("did you mean 'default'?"));
}

TEST(RuleKey, RefusesPortsThatCannotMatch) {
  EXPECT_THAT(refusal_of(rule_key(), "icmp/8 from ::/0"), HasSubstr("icmp has no ports"));
  EXPECT_THAT(refusal_of(rule_key(), "tcp/0 from ::/0"), HasSubstr("port 0 stands for any"));
  EXPECT_THAT(refusal_of(rule_key(), "tcp/70000 from ::/0"), HasSubstr("1 to 65535"));
  EXPECT_THAT(refusal_of(rule_key(), "tpc/22 from ::/0"), HasSubstr("did you mean 'tcp'?"));
  EXPECT_THAT(refusal_of(rule_key(), "tcp from 10.0.0.1/8"),
              HasSubstr("10.0.0.0/8 or 10.0.0.1/32"));
}

TEST(RuleKey, RefusesAFamilyThatContradictsTheAddress) {
  EXPECT_EQ(refusal_of(rule_key(), "family=6,addr=10.0.0.0/8"),
            "family 6 is given, but the address is IPv4");
  EXPECT_EQ(refusal_of(rule_key(), "family=22,addr=10.0.0.0/8"),
            "family 22 is given, but the address is IPv4");
  EXPECT_EQ(again(rule_key(), "family=4,addr=10.0.0.0/8"), "10.0.0.0/8");
}

TEST(RuleKey, PrintsKeysNoRuleGivesInTheLongForm) {
  const std::string text = "prefixlen=40,family=4,proto=0,dport=22,addr=10.0.0.0";
  EXPECT_EQ(again(rule_key(), text), text);
  const std::string header_only = "prefixlen=16,family=4,proto=tcp,dport=0,addr=0.0.0.0";
  EXPECT_EQ(again(rule_key(), header_only), header_only);
  const std::string other_family = "prefixlen=40,family=52,proto=0,dport=0,addr=a00::";
  EXPECT_EQ(again(rule_key(), other_family), other_family);
  Bytes key = encode(rule_key(), "10.0.0.0/8");
  key[24] = std::byte{1};
  EXPECT_EQ(encode(rule_key(), key_text_of(rule_key(), key)), key);
}

TEST(ClusterKey, CountsBitsFromTheAddressAndComparesTheRestWhole) {
  const Bytes key = encode(cluster_key(), "cluster=1,family=1,ip4=10.0.0.0/8");
  EXPECT_EQ(key[0], std::byte{40});
  EXPECT_EQ(key_text_of(cluster_key(), key), "cluster=1,family=1,ip4=10.0.0.0/8");
  EXPECT_EQ(again(cluster_key(), "cluster=0,family=10,ip6=2001:db8::/32"),
            "cluster=0,family=10,ip6=2001:db8::/32");
}

TEST(ClusterKey, GivesTheLengthByItselfWhereItEndsBeforeTheAddress) {
  const std::string text = "prefixlen=16,cluster=1,family=0,ip6=::";
  EXPECT_EQ(again(cluster_key(), text), text);
  EXPECT_THAT(refusal_of(cluster_key(), "10.0.0.0/8"), HasSubstr("cluster, family, ip4, ip6"));
}

}  // namespace
}  // namespace mapctl::test
