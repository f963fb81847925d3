// The filter and its rules, as users type them.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

class Filter : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("ip link add v0 type veth peer name v1 && mapctl filter load v0"),
                Prints("v0\tnative\tfalse\n"));
  }

  void TearDown() override { sh("ip link delete v0; rm -f /sys/fs/bpf/filter_*"); }
};

TEST_F(Filter, PrintsItsRulesAsTheyAreWritten) {
  for (const char* rule :
       {"10.0.0.0/8", "2001:db8::/32", "tcp/22 from 10.0.0.0/8", "udp from ::/0",
        "icmp from 0.0.0.0/0", "to 10.0.0.0/8", "tcp/22 to 2001:db8::/32", "default"}) {
    const std::string quoted = "'" + std::string{rule} + "'";
    EXPECT_THAT(sh("mapctl put filter_map " + quoted + " drop"), IsSilent()) << rule;
    EXPECT_THAT(sh("mapctl get filter_map " + quoted),
                Prints("action=drop,list=0,packets=0,bytes=0\n"));
    EXPECT_THAT(sh("mapctl keys filter_map"), Prints(std::string{rule} + "\n"));
    EXPECT_THAT(sh("mapctl del filter_map " + quoted), IsSilent()) << rule;
  }
}

TEST_F(Filter, TakesTheLongFormAndJson) {
  EXPECT_THAT(sh("mapctl put filter_map proto=tcp,dport=22,addr=10.0.0.0/8 action=pass,list=7"),
              IsSilent());
  EXPECT_THAT(sh("mapctl put filter_map '{\"proto\":\"udp\",\"addr\":\"::/0\"}' "
                 "'{\"action\":\"drop\"}'"),
              IsSilent());
  EXPECT_THAT(sh("mapctl keys filter_map | sort"),
              Prints("tcp/22 from 10.0.0.0/8\nudp from ::/0\n"));
}

TEST_F(Filter, RefusesRulesThatWouldNeverMatch) {
  EXPECT_THAT(sh("mapctl put filter_map tcp/22 drop"), Fails(2, "tcp/22 from 0.0.0.0/0"));
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.0/40 drop"), Fails(2, "40 is over 32"));
  EXPECT_THAT(sh("mapctl put filter_map 'icmp/8 from 10.0.0.0/8' drop"), Fails(2, "icmp"));
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.0/8 dorp"), Fails(2, "did you mean 'drop'?"));
  EXPECT_THAT(sh("mapctl count filter_map"), Prints("0\n"));
}

TEST_F(Filter, LooksAtDestinationsWhereThatIsAskedFor) {
  sh("mapctl put filter_map 'to 10.0.0.0/8' drop");
  const Outcome without = sh("mapctl filter load v0");
  EXPECT_EQ(without.exit, 0);
  EXPECT_THAT(without.err, testing::HasSubstr("do nothing without --destinations"));
  EXPECT_THAT(without.err, testing::HasSubstr("filter_map has 1"));
  EXPECT_THAT(sh("mapctl filter status --interval 0").err,
              testing::HasSubstr("and filter_map has 1: mapctl filter load v0 --destinations"));
  EXPECT_THAT(sh("mapctl filter load v0 --destinations"), Prints("v0\tnative\ttrue\n"));
}

TEST_F(Filter, ReadsDestinationsFromPlainLines) {
  EXPECT_EQ(sh("printf 'to 10.0.0.0/8 drop\\ntcp/22  to ::1\\tpass\\nto 10.1.0.0/16\\tdrop\\n' | "
               "mapctl load filter_map -f -")
                .exit,
            0);
  EXPECT_THAT(sh("mapctl keys filter_map | sort"),
              Prints("tcp/22 to ::1/128\nto 10.0.0.0/8\nto 10.1.0.0/16\n"));
  EXPECT_THAT(sh("echo 'from 10.0.0.0/8 to 192.0.2.1 drop' | mapctl load filter_map -f -"),
              Fails(7, "names two addresses"));
}

TEST_F(Filter, AsksForTheActionThatARuleCannotDoWithout) {
  sh("mapctl put filter_map 10.0.0.0/8 drop");
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.0/8 list=7"),
              Fails(2, "say which action: action=drop or action=pass"));
  EXPECT_THAT(sh("mapctl get filter_map 10.0.0.0/8"),
              Prints("action=drop,list=0,packets=0,bytes=0\n"));
}

TEST_F(Filter, KeepsTheCountersOfARuleThatIsPutAgain) {
  sh("mapctl put filter_map 10.0.0.0/8 action=drop,packets=5,bytes=500");
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.0/8 pass; mapctl get filter_map 10.0.0.0/8"),
              Prints("action=pass,list=0,packets=5,bytes=500\n"));
  EXPECT_THAT(sh("mapctl put filter_map 10.1.0.0/16 pass; mapctl get filter_map 10.1.0.0/16"),
              Prints("action=pass,list=0,packets=0,bytes=0\n"));
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.0/8 pass --reset; mapctl get filter_map 10.0.0.0/8"),
              Prints("action=pass,list=0,packets=0,bytes=0\n"));
}

TEST_F(Filter, ReportsWhereItRuns) {
  sh("mapctl put filter_map default drop");
  const json status = json::parse(sh("mapctl filter status --interval 0 -o json").out);
  EXPECT_EQ(status["interfaces"][0]["interface"], "v0");
  EXPECT_EQ(status["interfaces"][0]["uses_pinned_map"], true);
  EXPECT_EQ(status["rules"], 1);
  EXPECT_EQ(status["default"], "drop");
}

TEST_F(Filter, LeavesTheRulesBehindUnlessPurged) {
  sh("mapctl put filter_map 10.0.0.0/8 drop");
  EXPECT_THAT(sh("mapctl filter unload v0"), Fails(2, "add --yes"));
  EXPECT_THAT(sh("mapctl filter unload v0 --yes"), IsSilent());
  EXPECT_THAT(sh("mapctl count filter_map"), Prints("1\n"));
  EXPECT_THAT(sh("mapctl filter unload v0 --yes"), Fails(1, "the filter is not loaded on v0"));
  EXPECT_THAT(sh("mapctl filter load v0"), Prints("v0\tnative\tfalse\n"));
  EXPECT_THAT(sh("mapctl filter unload v0 --yes --purge; ls /sys/fs/bpf | grep filter"),
              testing::Field(&Outcome::out, ""));
}

TEST_F(Filter, UnloadsAllInterfacesOrNone) {
  EXPECT_THAT(sh("mapctl filter unload v0 nosuch --yes"), Fails(3, "there is none of that name"));
  EXPECT_THAT(sh("mapctl filter unload v0 v1 --yes"), Fails(1, "the filter is not loaded on v1"));
  EXPECT_THAT(sh("mapctl filter load v1"), Prints("v1\tnative\tfalse\n"));
  EXPECT_THAT(sh("mapctl filter unload v0 --purge --yes"), Fails(6, "v1 is still filtered"));
  EXPECT_EQ(json::parse(sh("mapctl filter status --interval 0 -o json").out)["interfaces"].size(),
            2U);
  EXPECT_THAT(sh("mapctl filter unload v0 v1 --yes"), IsSilent());
  EXPECT_THAT(sh("flock /sys/fs/bpf mapctl filter unload --all --yes --timeout 0"),
              Fails(6, "cannot unload the filter: process "));
  EXPECT_THAT(sh("mapctl filter unload --yes"), Fails(2, "no interface is named"));
  EXPECT_THAT(sh("mapctl filter unload --purge --yes"), IsSilent());
  EXPECT_THAT(sh("ls /sys/fs/bpf | grep filter; true"), Prints(""));
}

TEST_F(Filter, SaysWhatItUnloadedBeforeItWasStopped) {
  sh("mapctl filter load v1; cd /sys/fs/bpf; chmod 666 filter_link_v*; chown 65534 filter_link_v0");
  EXPECT_THAT(sh("setpriv --reuid 65534 --clear-groups mapctl filter unload v0 v1 --yes"),
              Fails(10, "the filter was unloaded from v0 before"));
}

/// The first run, which is not killed, tells which call detaches.
TEST_F(Filter, IsDetachedByTheKernelWhereUnloadingIsKilledAfterUnpinning) {
  const Outcome outcome = sh(R"(
    export ASAN_OPTIONS=detect_leaks=0
    trace() { strace -o t -e trace=bpf "$@" mapctl filter unload v0 --yes; }
    trace && mapctl filter load v0 >/dev/null
    trace -e inject=bpf:signal=KILL:when=$(grep -n LINK_DETACH t | cut -d: -f1)
    echo $?; ls /sys/fs/bpf | grep filter
    timeout 60 sh -c 'while ip link show v0 | grep -q xdp; do :; done')");
  EXPECT_EQ(outcome.exit, 0) << "it still filters";
  EXPECT_EQ(outcome.out, "137\nfilter_map\nfilter_stats\n") << outcome;
}

TEST_F(Filter, KeepsTheSizeOfItsMap) {
  EXPECT_THAT(sh("mapctl filter load v0 v1 --max-entries 5"), Fails(6, "at most 16384 rules"));
  EXPECT_THAT(sh("mapctl filter load v0 v1 --max-entries 16384"),
              Prints("v0\tnative\ttrue\nv1\tnative\tfalse\n"));
}

TEST_F(Filter, ReportsAsMuchAsTheCallerMayKnow) {
  const Outcome outcome =
      sh("setpriv --bounding-set -sys_admin mapctl filter status --interval 0 -o json");
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const json interface = json::parse(outcome.out)["interfaces"][0];
  EXPECT_EQ(interface["place"], "here");
  EXPECT_EQ(interface["mode"], "native");
  EXPECT_TRUE(interface["uses_pinned_map"].is_null());
  EXPECT_THAT(outcome.err, testing::HasSubstr("CAP_SYS_ADMIN"));
}

TEST_F(Filter, KnowsTheInterfacesOfOtherNamespacesFromItsOwn) {
  const json status = json::parse(sh("unshare -n mapctl filter status --interval 0 -o json").out);
  EXPECT_EQ(status["interfaces"][0]["interface"], "v0");
  EXPECT_EQ(status["interfaces"][0]["place"], "other_namespace");
  EXPECT_TRUE(status["interfaces"][0]["mode"].is_null());
}

TEST_F(Filter, SaysHowTheLinkOfADeviceThatIsGoneGoes) {
  sh("ip link delete v0");
  EXPECT_THAT(sh("mapctl filter status --interval 0").err,
              testing::HasSubstr("mapctl filter unload v0 --yes"));
  EXPECT_THAT(sh("mapctl filter unload v0 --yes; ls /sys/fs/bpf | grep filter"),
              Prints("filter_map\nfilter_stats\n"));
}

TEST_F(Filter, NamesTheInterfacesThatThereAre) {
  EXPECT_THAT(sh("mapctl filter load nosuch"), Fails(3, "interfaces here are lo, v"));
}

}  // namespace
}  // namespace mapctl::test
