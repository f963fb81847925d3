// docs/recipes.md: its code does what it promises.

#include <fmt/format.h>

#include "recipes_page.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// The block of code below that heading.
std::string recipe(std::string_view heading, std::string_view language = "sh") {
  const std::string_view page = recipes_page;
  const std::string title = fmt::format("\n## {}\n", heading);
  const std::string fence = fmt::format("\n```{}\n", language);
  const std::size_t section = page.find(title);
  if (section == page.npos) throw std::runtime_error("no recipe " + title);
  const std::size_t begin = page.find(fence, section) + fence.size();
  return std::string{page.substr(begin, page.find("```\n", begin) - begin)};
}

/// Commands of the same names as others, before them in the path.
class Recipes : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(sh("mount -t tmpfs tmp /mnt"), IsSilent()); }
  void TearDown() override { sh("umount /mnt"); }

  static void fake(const std::string& command, const std::string& script) {
    ASSERT_THAT(sh("cat >/mnt/" + command + " <<'END'\n#!/bin/sh -eu\n" + script +
                   "\nEND\nchmod +x /mnt/" + command),
                IsSilent());
  }
  static Outcome run(const std::string& script) {
    return sh("set -eu; PATH=/mnt:$PATH\n" + script);
  }
};

class BlocklistRecipe : public Recipes {
 protected:
  void SetUp() override {
    Recipes::SetUp();
    fake("curl", "cat /mnt/\"$(basename \"$2\")\"");
    sh("cat >/mnt/drop.txt <<'END'\n; Spamhaus DROP List\n192.0.2.0/24 ; SBL1\n198.51.100.0/24 ; "
       "SBL2\nEND\n"
       "cat >/mnt/firehol_level2.netset <<'END'\n#\n# "
       "firehol_level2\n192.0.2.0/24\n203.0.113.7\nEND\n"
       "ip link add v0 type veth peer name v1; mapctl filter load v0 2>/dev/null; mapctl put "
       "filter_map 10.0.0.9 drop");
  }
  void TearDown() override {
    sh("mapctl filter unload v0; ip link delete v0; rm -rf /sys/fs/bpf/*");
    Recipes::TearDown();
  }

  static std::string rules() { return sh("mapctl keys filter_map | sort").out; }
};

TEST_F(BlocklistRecipe, MergesListsAndKeepsOtherRules) {
  EXPECT_THAT(run(recipe("Blocklists every night")).out, HasSubstr("added\t3"));
  EXPECT_EQ(rules(), "10.0.0.9/32\n192.0.2.0/24\n198.51.100.0/24\n203.0.113.7/32\n");
  sh("sed -i '/^198/d' /mnt/drop.txt");
  EXPECT_THAT(run(recipe("Blocklists every night")).out, HasSubstr("deleted\t1"));
  EXPECT_EQ(rules(), "10.0.0.9/32\n192.0.2.0/24\n203.0.113.7/32\n");
}

TEST_F(BlocklistRecipe, ChangesNothingIfAListIsShortOrCannotBeFetched) {
  run(recipe("Blocklists every night"));
  const std::string before = rules();
  sh("echo 192.0.2.0/24 >/mnt/drop.txt; echo >/mnt/firehol_level2.netset");
  EXPECT_EQ(run(recipe("Blocklists every night")).exit, 7);
  EXPECT_EQ(rules(), before);
  sh("rm /mnt/drop.txt");
  EXPECT_NE(run(recipe("Blocklists every night")).exit, 0);
  EXPECT_EQ(rules(), before);
}

TEST_F(BlocklistRecipe, IsFollowedByWhatIsDropped) {
  sh("mapctl put filter_map 10.0.0.8 drop,packets=7; mapctl put filter_map 10.0.0.7 "
     "drop,packets=9");
  EXPECT_THAT(run(recipe("What is dropped")).out,
              AllOf(HasSubstr("10.0.0.7/32\taction=drop,list=0,"), HasSubstr("pass_default"),
                    Not(HasSubstr("10.0.0.9/32\t"))));
}

TEST_F(Recipes, TopTalkersAreTheLargest) {
  sh("mapctl create talkers -t lru_hash -k ipv4 -v '{packets:u64@counter,bytes:u64@counter}' -m "
     "64; "
     "for i in $(seq 20); do echo 192.0.2.$i packets=$i,bytes=$((i * 100)); done | mapctl load "
     "talkers -f -");
  const Outcome outcome = run(recipe("Top talkers"));
  EXPECT_THAT(outcome.out, testing::StartsWith("192.0.2.20\tpackets=20,bytes=2000\n192.0.2.19\t"));
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 10);
}

TEST_F(Recipes, AMapIsCleanedOfWhatIsOld) {
  sh("mapctl create flows -t hash -k ipv4 -v '{packets:u64,last_seen_ns:u64}' -m 8; "
     "now=$(awk '{printf \"%.0f\", $1 * 1e9}' /proc/uptime); mapctl put flows 192.0.2.1 "
     "last_seen_ns=$now; "
     "mapctl put flows 192.0.2.2 last_seen_ns=1");
  EXPECT_EQ(run(recipe("A map that is cleaned")).exit, 0);
  EXPECT_THAT(sh("mapctl keys flows"), Prints("192.0.2.1\n"));
}

TEST_F(Recipes, AMapIsReplicated) {
  fake("ssh", "shift; MAPCTL_BPFFS=/sys/fs/bpf/b exec \"$@\"");
  sh("mkdir /sys/fs/bpf/b; for map in blocklist b/blocklist; do mapctl create ./$map -t hash -k "
     "ipv4 -v u32 -m 8; done");
  sh("cd /sys/fs/bpf; for map in blocklist b/blocklist; do mapctl create ./$map -t hash -k ipv4 -v "
     "u32 -m 8; done; "
     "mapctl put blocklist 192.0.2.1 1; mapctl put ./b/blocklist 192.0.2.1 2");
  EXPECT_EQ(run(recipe("The same entries on two hosts")).exit, 0);
  EXPECT_THAT(sh("mapctl dump /sys/fs/bpf/b/blocklist"), Prints("192.0.2.1\t1\n"));
}

TEST_F(Recipes, AGroupMayChangeAMap) {
  sh("mount --bind /mnt /etc/mapctl 2>/dev/null || { mkdir -p /etc/mapctl && mount --bind /mnt "
     "/etc/mapctl; }");
  std::string script = recipe("A group that may change a map, without root");
  script.replace(script.find("noc"), 3, "4242");
  EXPECT_THAT(run(script), IsSilent());
  EXPECT_THAT(sh("setpriv --reuid 65534 --regid 4242 --clear-groups mapctl put blocklist 192.0.2.7 "
                 "reason=scan"),
              IsSilent());
  EXPECT_EQ(
      sh("setpriv --reuid 65534 --regid 4243 --clear-groups mapctl get blocklist 192.0.2.7").exit,
      4);
  EXPECT_THAT(sh("mapctl dump blocklist"), Prints("192.0.2.7\tuntil_s=0,reason=scan\n"));
  sh("umount /etc/mapctl");
}

TEST_F(Recipes, AProgramIsTested) {
  sh("mapctl create counters -t hash -k u32 -v '{packets:u64@counter}' -m 8; "
     "mapctl create config -t hash -k char[8] -v char[8] -m 8; mapctl put config mode strict");
  const std::string script = recipe("A smoke test of a BPF program");
  EXPECT_EQ(run("mapctl put counters 1 packets=7\n" + script).exit, 0);
  EXPECT_EQ(run("mapctl put config mode loose\n" + script).exit, 1);
}

TEST_F(Recipes, ScriptsForBpftoolRun) {
  sh("mapctl create m -t hash -k u32 -v u32 -m 8");
  const std::string script = recipe("Scripts for bpftool");
  EXPECT_THAT(run(script), testing::Field(&Outcome::out, testing::EndsWith("7\n")));
  EXPECT_EQ(sh("mapctl map dump pinned /sys/fs/bpf/m -o bpftool | jq -c .").out,
            sh("bpftool -j map dump pinned /sys/fs/bpf/m").out);
}

}  // namespace
}  // namespace mapctl::test
