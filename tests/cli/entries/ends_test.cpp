// Entries that end.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;

/// A map of bans whose entries end.
class Ends : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mapctl create m -t hash -k u32 -v '{why:u32,expires:u32@end}' -n 64"),
                IsSilent());
  }

  static std::string end_of(const std::string& key) {
    return json::parse(sh("mapctl get m " + key + " -o json").out)["value"]["expires"];
  }
};

TEST_F(Ends, AreWrittenAndPrintedAsTime) {
  EXPECT_THAT(sh("mapctl put m 1 why=7,expires=2090-12-01T08:00Z; mapctl put m 2 why=8"),
              IsSilent());
  EXPECT_THAT(sh("mapctl dump m | sort"),
              Prints("1\twhy=7,expires=2090-12-01T08:00:00Z\n2\twhy=8\n"));
  EXPECT_THAT(sh("mapctl get m 1 -o json"),
              Prints("{\"key\":1,\"value\":{\"why\":7,\"expires\":\"2090-12-01T08:00:00Z\"}}\n"));
  EXPECT_THAT(sh("mapctl dump m --where 'expires > now' -o csv"),
              Prints("key,why,expires\n1,7,2090-12-01T08:00:00Z\n"));
  EXPECT_THAT(sh("mapctl dump m -o csv > x; mapctl load m -f x"),
              Prints("written\t2\ndeleted\t0\n"));
  EXPECT_THAT(sh("mapctl get m 2"), Prints("why=8\n"));
}

TEST_F(Ends, AreAsFarAwayAsTtlSays) {
  EXPECT_THAT(sh("mapctl put m 1 why=7 --ttl 1h"), IsSilent());
  EXPECT_THAT(sh("mapctl dump m --where 'expires > now + 59m and expires < now + 61m' | wc -l"),
              Prints("1\n"));
  EXPECT_THAT(sh("mapctl put m 1 why=7,expires=2090-01-01T00:00Z --ttl 1h; mapctl get m 1"),
              Prints("why=7,expires=2090-01-01T00:00:00Z\n"));
  sh("mapctl put m 1 why=8 --keep");
  EXPECT_EQ(end_of("1"), "2090-01-01T00:00:00Z");
  sh("mapctl put m 1 why=9 --keep --ttl 90d");
  EXPECT_NE(end_of("1"), "2090-01-01T00:00:00Z");
  EXPECT_THAT(sh("mapctl put m 1 why=7; mapctl get m 1"), Prints("why=7\n"));
  EXPECT_THAT(sh("mapctl put m 1 why=7 --ttl soon"), Fails(2, "is no duration such as"));
  EXPECT_THAT(sh("mapctl put m 1 why=7,expires=1h"), Fails(2, "--ttl 1h"));
  EXPECT_THAT(sh("mapctl put m 1 why=7,expires=2020-01-01T00:00Z"), Fails(2, "is past"));
}

TEST_F(Ends, NeedATaggedField) {
  sh("mapctl create plain -t hash -k u32 -v '{why:u32,expires:u32}' -n 4");
  for (const char* line : {"mapctl put plain 1 why=7 --ttl 1h", "mapctl expire plain",
                           "echo 1 | mapctl load plain -f - --value why=7 --ttl 1h"})
    EXPECT_THAT(sh(line), Fails(2, "the tag mapctl:end")) << line;
}

TEST_F(Ends, AreRenewedByLoadAndSync) {
  sh("mapctl put m 1 why=7 --ttl 1m; mapctl put m 2 why=7 --ttl 1m");
  EXPECT_THAT(sh("printf '1\\n2\\n' | mapctl sync m -f - --value why=7 --ttl 1h | grep ^changed"),
              Prints("changed\t2\n"));
  EXPECT_THAT(sh("mapctl dump m --where 'expires > now + 59m' | wc -l"), Prints("2\n"));
  EXPECT_THAT(sh("printf '1\\n' | mapctl load m -f - --value why=7 --ttl 2h | head -n 1"),
              Prints("written\t1\n"));
  EXPECT_THAT(sh("mapctl dump m --where 'expires > now + 119m' | wc -l"), Prints("1\n"));
  EXPECT_THAT(sh("echo '2 why=7,expires=2090-01-01T00:00Z' | mapctl sync m -f - | grep ^changed"),
              Prints("changed\t1\n"));
  EXPECT_EQ(end_of("2"), "2090-01-01T00:00:00Z");
}

TEST_F(Ends, AreTheSameForAllEntriesOfACall) {
  EXPECT_THAT(
      sh("(echo 1; sleep 2; echo 1) | mapctl sync m -f - --value why=7 --ttl 1h | head -n 1"),
      Prints("added\t1\n"));
  EXPECT_THAT(sh("mapctl put m 1 why=7 --ttl 99999d"), Fails(2, "too late to be kept"));
}

TEST_F(Ends, ArePassedOverByLoadIfTheyArePast) {
  const Outcome outcome =
      sh("printf '1 why=7,expires=2020-01-01T00:00Z\\n2 why=8\\n' | mapctl load m -f -");
  EXPECT_EQ(outcome.out, "written\t1\ndeleted\t0\n");
  EXPECT_THAT(outcome.err, HasSubstr("1 entry of standard input left out: the end is past"));
}

TEST_F(Ends, AreTheSameAfterSaveAndRestore) {
  sh("mapctl put m 1 why=7,expires=2090-12-01T08:00Z; mapctl put m 2 why=7 --ttl 1h; "
     "mapctl dump m | sort > before; mapctl save m -f saved; rm /sys/fs/bpf/m; "
     "mapctl restore m -f saved; mapctl dump m | sort > after");
  EXPECT_THAT(sh("wc -l < after; cmp before after"), Prints("2\n"));
  EXPECT_THAT(sh("mapctl sync m -f saved | grep ^changed"), Prints("changed\t0\n"));
}

TEST_F(Ends, DeleteEntriesOnlyIfTold) {
  sh("mapctl put m 1 why=7; mapctl put m 2 why=7 --ttl 1h; mapctl put m 3 why=7 --ttl 1s; sleep 2");
  EXPECT_THAT(sh("mapctl count m"), Prints("3\n"));
  EXPECT_THAT(sh("mapctl expire m --dry-run"), Prints("would_delete\t1\n"));
  EXPECT_THAT(sh("mapctl expire m"), Prints("deleted\t1\n"));
  EXPECT_THAT(sh("mapctl keys m | sort"), Prints("1\n2\n"));
  EXPECT_THAT(sh("mapctl expire m -o json"), Prints("{\"deleted\":0}\n"));
}

/// From 192.0.2.7 to port 22.
Outcome by_ssh(const std::string& line) {
  return sh("export SSH_CONNECTION='192.0.2.7 50000 198.51.100.1 22'; " + line);
}

TEST(EndsOfRules, ProtectTheCallerOnlyUntilThen) {
  ASSERT_THAT(sh("mapctl create m -t lpm_trie -n 64 "
                 "-k '{prefixlen:u32,family:u8@ip_family,proto:u8@ip_proto,dport:be16@ip_port,"
                 "addr:union{v4:ipv4,v6:ipv6}}' "
                 "-v '{action:enum{DROP=1,PASS=2},expires:u32@end}'"),
              IsSilent());
  sh("mapctl put m 192.0.2.7 pass --ttl 1s");
  const Outcome later = by_ssh(
      "mapctl put m 'tcp/22 from 192.0.2.7' pass --ttl 1h; "
      "mapctl put m default drop");
  EXPECT_EQ(later.exit, 0);
  EXPECT_THAT(later.err, MatchesRegex("mapctl: .*passes by the rule `tcp/22 from 192.0.2.7/32` "
                                      "until 20.*; then the rule `default` drops it\n"));
  sh("mapctl put m default pass; mapctl del m 'tcp/22 from 192.0.2.7'; sleep 2");
  EXPECT_THAT(by_ssh("mapctl put m default drop"), Fails(2, "would cut off"));
}

}  // namespace
}  // namespace mapctl::test
