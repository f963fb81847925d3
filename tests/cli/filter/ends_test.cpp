// Rules that end.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

class FilterRuleEnds : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(sh("ip link add v0 type veth peer name v1").exit, 0); }

  void TearDown() override { sh("ip link delete v0; rm -f /sys/fs/bpf/filter_*"); }
};

TEST_F(FilterRuleEnds, LetTheNextRuleDecide) {
  sh("mapctl filter load v0; mapctl put filter_map 192.0.2.0/24 drop; "
     "mapctl put filter_map 192.0.2.7 pass --ttl 1s");
  EXPECT_EQ(sh("mapctl filter test 'tcp 192.0.2.7 > :22' --expect pass").exit, 0);
  EXPECT_THAT(sh("sleep 2; mapctl filter test 'tcp 192.0.2.7 > :22' --expect drop").out,
              HasSubstr("192.0.2.0/24"));
  EXPECT_THAT(sh("mapctl expire filter_map; mapctl keys filter_map"),
              Prints("deleted\t1\n192.0.2.0/24\n"));
}

TEST_F(FilterRuleEnds, StayWithTheirCountersWhenTheirFileIsLoadedAgain) {
  sh("mapctl filter load v0; "
     "mapctl put filter_map 192.0.2.7 action=drop,packets=5 --ttl 1h; mapctl put filter_map "
     "192.0.2.8 action=drop,packets=6,expires=2090-01-01T00:00Z; mapctl save filter_map -f rules; "
     "mapctl dump filter_map > before");
  EXPECT_EQ(sh("mapctl filter load v0 --rules rules").exit, 0);
  EXPECT_THAT(sh("mapctl dump filter_map | cmp - before; wc -l < before"), Prints("2\n"));
}

/// A map as a filter had it before its rules could end.
class OlderRules : public FilterRuleEnds {
 protected:
  void SetUp() override {
    FilterRuleEnds::SetUp();
    ASSERT_THAT(sh("mapctl create /sys/fs/bpf/filter_map -t lpm_trie -n 64 "
                   "-k '{prefixlen:u32,family:u8@ip_family,proto:u8@ip_proto,dport:be16@ip_port,"
                   "addr:union{v4:ipv4,v6:ipv6},reserved:u32@hidden}' "
                   "-v '{action:enum{DROP=1,PASS=2},rank:u8@hidden,flags:u8@hidden,tag:u16,"
                   "packets:u64@counter,bytes:u64@counter}'; mapctl put filter_map "
                   "'tcp/22 from 10.0.0.0/8' action=drop,tag=7,packets=5,bytes=500; "
                   "mapctl put filter_map default action=pass,packets=9"),
                IsSilent());
  }

  static constexpr const char* rules =
      "default\taction=pass,list=0,packets=9,bytes=0\n"
      "tcp/22 from 10.0.0.0/8\taction=drop,list=7,packets=5,bytes=500\n";
};

TEST_F(OlderRules, AreTakenOverWithTheirCounters) {
  const Outcome first = sh("mapctl filter load v0");
  EXPECT_EQ(first.exit, 0);
  EXPECT_THAT(first.err, HasSubstr("2 rules taken over with their counters"));
  EXPECT_THAT(sh("mapctl dump filter_map | sort"), Prints(rules));
  EXPECT_EQ(sh("mapctl filter load v0").err, "");
}

TEST_F(OlderRules, AreTakenOverAlsoFromAFile) {
  sh("mapctl save filter_map --counters -f old; mapctl unpin filter_map --yes; "
     "mapctl restore -f old; mapctl filter load v0");
  EXPECT_THAT(sh("mapctl dump filter_map | sort"), Prints(rules));
  EXPECT_THAT(sh("mapctl sync filter_map -f old"), Fails(7, "mapctl restore NAME -f old"));
}

TEST_F(OlderRules, StayIfTheFilterCannotBeLoaded) {
  EXPECT_THAT(sh("mapctl filter load nosuch"), Fails(3, "nosuch"));
  EXPECT_THAT(sh("echo nonsense | mapctl filter load v0 --rules -"), Fails(7, "nonsense"));
  EXPECT_THAT(sh("mapctl show filter_map -o json | jq .value_size"), Prints("24\n"));
  EXPECT_THAT(sh("mapctl get filter_map default"), Prints("action=pass,tag=0,packets=9,bytes=0\n"));
}

TEST_F(OlderRules, AreNamedAsSuch) {
  EXPECT_THAT(sh("mapctl filter status"), Fails(1, "load the filter: its rules and counters stay"));
}

}  // namespace
}  // namespace mapctl::test
