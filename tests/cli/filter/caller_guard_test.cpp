// A user who works through SSH cannot block the own connection by mistake.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A connection from 192.0.2.7 to port 22.
const std::string connection = "SSH_CONNECTION='192.0.2.7 50000 198.51.100.1 22' ";

/// Runs the line as a user who is logged in from 192.0.2.7.
Outcome ssh(const std::string& line) { return sh("export " + connection + "; " + line); }

constexpr const char* cut_off = "would cut off your SSH connection from 192.0.2.7 to port 22";

/// Runs the line on a map like the filter's: only its types matter.
class CallerGuard : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mapctl create /sys/fs/bpf/filter_map -t lpm_trie -n 64 "
                   "-k '{prefixlen:u32,family:u8@ip_family,proto:u8@ip_proto,dport:be16@ip_port,"
                   "addr:union{v4:ipv4,v6:ipv6},reserved:u32@hidden}' "
                   "-v '{action:enum{DROP=1,PASS=2},tag:u32,packets:u64@counter}'"),
                IsSilent());
  }

  static void expect_rules(const std::string& rules) {
    EXPECT_THAT(sh("mapctl keys filter_map"), Prints(rules));
  }
};

TEST_F(CallerGuard, RefusesARuleThatCutsOffTheCaller) {
  const Outcome outcome = ssh("mapctl put filter_map default drop");
  EXPECT_THAT(outcome, Fails(2, cut_off));
  EXPECT_THAT(outcome.err, HasSubstr("will not put default into filter_map"));
  EXPECT_THAT(outcome.err, HasSubstr("the rule `default` would decide about its packets"));
  EXPECT_THAT(outcome.err, HasSubstr("mapctl put filter_map 'tcp/22 from 192.0.2.7' pass"));
  EXPECT_THAT(ssh("mapctl put filter_map 192.0.0.0/16 drop"), Fails(2, "192.0.0.0/16"));
  EXPECT_THAT(ssh("mapctl put filter_map 'tcp/22 from 192.0.2.7' drop"), Fails(2, cut_off));
  EXPECT_THAT(ssh("mapctl update filter_map default action=drop"), Fails(2, cut_off));
  expect_rules("");
  const json error = json::parse(ssh("mapctl put filter_map default drop -o json").err);
  EXPECT_EQ(error["error"]["code"], "lock_out");
}

TEST_F(CallerGuard, ReadsTheMapsOwnTypes) {
  const std::string drop = "hex:01" + std::string(30, '0');
  const std::string everything = "hex:" + std::string(56, '0');
  EXPECT_THAT(ssh("mapctl put filter_map default " + drop + " --value-as 'u8[16]'"),
              Fails(2, cut_off));
  EXPECT_THAT(ssh("mapctl put filter_map " + everything + " drop --key-as 'u8[28]'"),
              Fails(2, cut_off));
  EXPECT_THAT(
      ssh("echo default | mapctl load filter_map -f - --value " + drop + " --value-as 'u8[16]'"),
      Fails(2, cut_off));
  expect_rules("");
}

TEST_F(CallerGuard, LetsThroughWhatDoesNot) {
  EXPECT_THAT(ssh("mapctl put filter_map 192.0.2.8/32 drop"), IsSilent());
  EXPECT_THAT(ssh("mapctl put filter_map 'udp from 192.0.2.7' drop"), IsSilent());
  EXPECT_THAT(ssh("mapctl put filter_map ::/0 drop"), IsSilent());
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.0/8 drop"), IsSilent());
  EXPECT_THAT(ssh("mapctl put filter_map 'tcp/22 from 192.0.2.7' pass && "
                  "mapctl put filter_map default drop"),
              IsSilent());
}

TEST_F(CallerGuard, DoesWhatYesSays) {
  EXPECT_THAT(ssh("mapctl put filter_map default drop --yes"), IsSilent());
  // A connection that is blocked already cannot be blocked again.
  EXPECT_THAT(ssh("mapctl put filter_map 192.0.2.0/24 drop"), IsSilent());
}

TEST_F(CallerGuard, KeepsTheRuleThatLetsTheCallerIn) {
  ASSERT_THAT(sh("mapctl put filter_map 192.0.2.0/24 pass && mapctl put filter_map default drop"),
              IsSilent());
  EXPECT_THAT(ssh("mapctl del filter_map 10.0.0.0/8 192.0.2.0/24"), Fails(2, cut_off));
  EXPECT_THAT(ssh("mapctl del filter_map 192.0.2.0/24 --dry-run"), Fails(2, cut_off));
  EXPECT_THAT(ssh("echo 192.0.2.0/24 | mapctl del filter_map -f -"), Fails(2, cut_off));
  EXPECT_THAT(ssh("mapctl put filter_map 192.0.2.0/24 drop"), Fails(2, cut_off));
  EXPECT_THAT(ssh("mapctl del filter_map 192.0.2.0/24 default"), IsSilent());
  expect_rules("");
}

TEST_F(CallerGuard, KnowsWhatTheRulesOfAFileDoTogether) {
  EXPECT_THAT(ssh("echo default drop | mapctl load filter_map -f -"), Fails(2, cut_off));
  EXPECT_THAT(ssh("echo default drop | mapctl load filter_map -f - -n"), Fails(2, cut_off));
  EXPECT_THAT(ssh("mapctl load filter_map -f - <<'E'\n"
                  "default\tdrop\ntcp/22 from 192.0.2.0/24\tpass\nE\n"),
              Prints("written\t2\ndeleted\t0\n"));
  EXPECT_THAT(ssh("mapctl load filter_map -f - <<'E'\n"
                  "{\"op\":\"del\",\"key\":\"tcp/22 from 192.0.2.0/24\"}\nE\n"),
              Fails(2, cut_off));
}

TEST_F(CallerGuard, LooksAtWhatASyncLeaves) {
  const std::string rules =
      "printf 'tcp/22 from 192.0.2.0/24\\tpass\\ndefault\\tdrop\\n' > good; "
      "printf 'default\\tdrop\\n10.0.0.0/8\\tdrop\\n' > bad; ";
  EXPECT_THAT(ssh("cd /tmp; " + rules + "mapctl sync filter_map -f bad"), Fails(2, cut_off));
  EXPECT_EQ(ssh("cd /tmp; mapctl sync filter_map -f good --prune").exit, 0);
  EXPECT_EQ(ssh("cd /tmp; mapctl sync filter_map -f bad").exit, 0);
  const Outcome pruning = ssh("cd /tmp; mapctl sync filter_map -f bad --prune");
  EXPECT_THAT(pruning, Fails(2, cut_off));
  EXPECT_THAT(pruning.err, HasSubstr("one more rule: 'tcp/22 from 192.0.2.7' pass"));
  EXPECT_EQ(ssh("cd /tmp; mapctl sync filter_map -f bad --prune --dry-run").exit, 2);
  EXPECT_EQ(ssh("cd /tmp; mapctl sync filter_map -f bad --prune --yes; rm good bad").exit, 0);
}

TEST_F(CallerGuard, GoesThroughABatchLineByLine) {
  EXPECT_THAT(ssh("mapctl batch - <<'E'\nput filter_map 10.0.0.0/8 drop\n"
                  "put filter_map default drop\nE\n"),
              Fails(10, cut_off));
  EXPECT_THAT(ssh("mapctl batch - <<'E'\nput filter_map 'tcp from 192.0.2.7' pass\n"
                  "put filter_map default drop\nE\n"),
              IsSilent());
  EXPECT_THAT(ssh("echo \"del filter_map 'tcp from 192.0.2.7'\" | mapctl batch - --yes"),
              IsSilent());
}

TEST_F(CallerGuard, EmptiesNoMapWhoseRulesLetTheCallerInPastOneThatDrops) {
  EXPECT_THAT(sh("mapctl put filter_map 192.0.2.0/24 pass"), IsSilent());
  EXPECT_THAT(ssh("mapctl drain filter_map"), Fails(2, "add --yes"));
  sh("mapctl put filter_map default drop");
  const Outcome draining = ssh("mapctl drain filter_map");
  EXPECT_THAT(draining, Fails(2, "could cut off your SSH connection"));
  EXPECT_THAT(draining.err, HasSubstr("mapctl del filter_map 'default'"));
  EXPECT_THAT(ssh("mapctl clear filter_map"), Fails(2, "could cut off your SSH connection"));
  EXPECT_EQ(ssh("mapctl clear filter_map --yes").exit, 0);
}

TEST_F(CallerGuard, LooksAtWhatIsCopiedIntoAFilter) {
  sh("mapctl copy filter_map other_map && mapctl put other_map default drop");
  EXPECT_THAT(ssh("mapctl copy other_map filter_map"), Fails(2, cut_off));
  EXPECT_EQ(ssh("mapctl put filter_map 'tcp/22 from 192.0.2.7' pass; "
                "mapctl copy other_map filter_map")
                .exit,
            0);
}

TEST_F(CallerGuard, FindsTheConnectionBehindSudo) {
  EXPECT_THAT(sh(connection + "sh -c 'env -u SSH_CONNECTION mapctl put filter_map default drop; "
                              "exit $?'"),
              Fails(2, cut_off));
  EXPECT_THAT(sh(connection + "sh -c 'env -u SSH_CONNECTION sh -c \"mapctl put filter_map default "
                              "drop; exit \\$?\"; exit $?'"),
              Fails(2, cut_off));
  // A caller who declares that there is no connection has none.
  EXPECT_THAT(sh(connection + "sh -c 'SSH_CONNECTION= mapctl put filter_map default drop; "
                              "exit $?'"),
              IsSilent());
}

// The sanitizers read /proc/self/environ.
TEST_F(CallerGuard, LooksForNoConnectionWhereAMapHasNoRules) {
  sh("mapctl create hash -t hash -k u32 -v u32 -n 8");
  EXPECT_THAT(sh("export ASAN_OPTIONS=detect_leaks=0; unset SSH_CONNECTION; for command in "
                 "'put hash 1 1' 'del hash 1' 'load hash -f empty'; do : >empty; "
                 "strace -f -e trace=open,openat -o t mapctl $command >/dev/null; grep "
                 "'/proc/[0-9]*/environ' "
                 "t; done; "
                 "rm t empty"),
              IsSilent());
}

TEST_F(CallerGuard, KnowsTheRulesOfTheFilterAndNoOtherPrefixes) {
  EXPECT_EQ(sh("rm /sys/fs/bpf/filter_map; mapctl filter load lo --mode skb").exit, 0);
  EXPECT_THAT(ssh("mapctl put filter_map default drop"), Fails(2, cut_off));
  EXPECT_THAT(sh("mapctl create /sys/fs/bpf/plain -t lpm_trie -k cidr4 -v u32 -n 8"), IsSilent());
  EXPECT_THAT(ssh("mapctl put plain 0.0.0.0/0 1"), IsSilent());
}

TEST_F(CallerGuard, LooksAtDestinationsAsTheProgramDoes) {
  const std::string by_destination = "mapctl put filter_map 'to 198.51.100.0/24' ";
  ASSERT_EQ(sh("rm /sys/fs/bpf/filter_map; mapctl filter load lo --mode skb").exit, 0);
  EXPECT_THAT(ssh(by_destination + "drop"), IsSilent());
  EXPECT_THAT(ssh(by_destination + "pass && mapctl put filter_map default drop"),
              Fails(2, cut_off));
  ASSERT_EQ(sh("mapctl filter load lo --mode skb --destinations").exit, 0);
  EXPECT_THAT(ssh("mapctl put filter_map default drop"), IsSilent());
  const Outcome outcome = ssh(by_destination + "drop");
  EXPECT_THAT(outcome, Fails(2, cut_off));
  EXPECT_THAT(outcome.err, HasSubstr("the rule `to 198.51.100.0/24` would decide"));
}

TEST_F(CallerGuard, KeepsAReloadFromLosingTheRuleThatLetsTheCallerIn) {
  const std::string load = "mapctl filter load lo --mode skb";
  sh("rm /sys/fs/bpf/filter_map; " + load + " --destinations");
  sh("mapctl put filter_map 'to 198.51.100.1' pass && mapctl put filter_map default drop");
  EXPECT_THAT(ssh(load), Fails(2, cut_off));
  EXPECT_EQ(ssh(load + " --destinations").exit, 0);
  EXPECT_EQ(ssh(load + " --yes").exit, 0);
  // A connection that is blocked already is ignored.
  EXPECT_EQ(ssh(load).exit, 0);
}

TEST_F(CallerGuard, CountsEitherWayWhereNoProgramTells) {
  EXPECT_THAT(ssh("mapctl put filter_map 'to 198.51.100.1' drop"), Fails(2, cut_off));
  EXPECT_THAT(ssh("mapctl put filter_map 'to 198.51.100.1' pass && "
                  "mapctl put filter_map default drop"),
              Fails(2, cut_off));
}

TEST_F(CallerGuard, KnowsConnectionsOverIpv6AndThoseThatAreIpv4InIt) {
  EXPECT_THAT(sh("SSH_CONNECTION='fe80::7%v0 5 fe80::1%v0 2222' mapctl put filter_map fe80::/10 "
                 "drop"),
              Fails(2, "from fe80::7 to port 2222"));
  EXPECT_THAT(sh("SSH_CONNECTION='::ffff:192.0.2.7 5 ::ffff:192.0.2.1 22' mapctl put filter_map "
                 "192.0.2.0/24 drop"),
              Fails(2, cut_off));
}

}  // namespace
}  // namespace mapctl::test
