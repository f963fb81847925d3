// create, show, pin, unpin, freeze: maps as a whole.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

TEST(Create, GivesTheMapTypesThatLaterCommandsKnow) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v '{action:u32,packets:u64}' -n 8; mapctl put m "
     "10.0.0.0/8 action=1");
  EXPECT_THAT(sh("mapctl dump m"), Prints("10.0.0.0/8\taction=1,packets=0\n"));
}

TEST(Create, SaysWhyAMapHasNoTypes) {
  const Outcome outcome = sh("mapctl create m -t lpm_trie -k u64 -v u32 -n 8");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, testing::HasSubstr("only if its key is a struct, or cidr4, cidr6"));
}

TEST(Create, SetsModeAndGroupOfThePin) {
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 8 --mode 0640 --group daemon"),
              IsSilent());
  EXPECT_THAT(sh("stat -c '%a %G' /sys/fs/bpf/m"), Prints("640 daemon\n"));
}

TEST(Create, OverAPinThatIsThereIsANo) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8");
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 8"),
              Fails(1, "cannot create /sys/fs/bpf/m: something is pinned there already"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 8 --exist-ok"), IsSilent());
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u64 -n 8 --exist-ok"),
              Fails(1, "value size is 4, not 8"));
}

TEST(Create, NamesTheTypesThatThereAre) {
  EXPECT_THAT(sh("mapctl create m -t hsah -k u32 -v u32 -n 8"), Fails(2, "did you mean 'hash'?"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u33 -v u32 -n 8"), Fails(2, "u33"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 8 --flags no_preallok"),
              Fails(2, "no_prealloc"));
}

TEST(Create, LeavesNothingBehindWhenItFails) {
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 8 --group nosuchgroup"),
              Fails(3, "nosuchgroup"));
  EXPECT_THAT(sh("ls /sys/fs/bpf/m"), testing::Field(&Outcome::exit, testing::Ne(0)));
}

TEST(Show, HasAllThatIsKnownOfAMap) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u64 -n 8; mapctl put m 10.0.0.0/8 1");
  const json shown = json::parse(sh("mapctl show m -o json").out);
  EXPECT_EQ(shown["name"], "m");
  EXPECT_EQ(shown["type"], "lpm_trie");
  EXPECT_EQ(shown["flags"], json::array({"no_prealloc"}));
  EXPECT_EQ(shown["key_size"], 8);
  EXPECT_EQ(shown["max_entries"], 8);
  EXPECT_EQ(shown["entries"], 1);
  EXPECT_EQ(shown["frozen"], false);
  EXPECT_EQ(shown["pinned"], json::array({"/sys/fs/bpf/m"}));
  EXPECT_EQ(shown["key"], "cidr4");
  EXPECT_EQ(shown["value"], "u64");
  EXPECT_EQ(shown["programs"], json::array());
}

TEST(Pin, GivesAMapASecondName) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 2");
  EXPECT_THAT(sh("mapctl pin m second && mapctl unpin m && mapctl get second 1"), Prints("2\n"));
}

TEST(Unpin, OfTheLastReferenceAsksFirst) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl unpin m"), Fails(2, "add --yes"));
  EXPECT_THAT(sh("mapctl unpin m --yes && ls /sys/fs/bpf"), testing::Field(&Outcome::exit, 0));
  EXPECT_THAT(sh("mapctl count m"), Fails(3, "there is no map 'm'"));
}

TEST(Unpin, RefusesAFileThatIsNotOnABpffs) {
  EXPECT_THAT(sh("f=$(mktemp); mapctl unpin $f --yes; s=$?; rm $f || s=99; exit $s"),
              Fails(3, "bpf"));
}

TEST(Freeze, NeedsYesWithoutATerminalAndIsIdempotent) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl freeze m"), Fails(2, "add --yes"));
  EXPECT_THAT(sh("mapctl freeze m --yes"), IsSilent());
  EXPECT_EQ(sh("mapctl freeze m --yes").exit, 0);
  EXPECT_THAT(sh("mapctl show m -o json | jq .frozen"), Prints("true\n"));
}

TEST(Unpin, RefusesALinkWhoseEndWouldEndTheFilter) {
  sh("ip link add v0 type veth peer name v1; mapctl filter load v0");
  EXPECT_THAT(sh("mapctl unpin filter_link_v0 --yes"), Fails(3, "it is a pinned link, not a map"));
  EXPECT_EQ(sh("mapctl filter status -o json | jq -r .interfaces[0].interface").out, "v0\n");
}

TEST(Unpin, CountsAPinOnceHoweverOftenItsFilesystemIsMounted) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8; mkdir /sys/fs/bpf/d; mount --bind /sys/fs/bpf "
     "/sys/fs/bpf/d");
  EXPECT_THAT(sh("mapctl unpin m </dev/null"), Fails(2, "its entries would be lost"));
  EXPECT_EQ(json::parse(sh("mapctl show m -o json").out)["pinned"].size(), 1U);
}

TEST(Permission, OfABpffsThatMayNotBeSearchedIsNoAbsence) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8 --mode 0644; chmod 0700 /sys/fs/bpf");
  constexpr const char* nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups mapctl ";
  EXPECT_THAT(sh(std::string{nobody} + "dump m"), Fails(4, "permission denied"));
  EXPECT_THAT(sh(std::string{nobody} + "create d/m -t hash -k u32 -v u32 -n 1"),
              Fails(4, "/sys/fs/bpf/d"));
  EXPECT_THAT(sh(std::string{nobody} + "dump name:m"), Fails(4, "CAP_SYS_ADMIN"));
}

TEST(Naming, ADirectoryIsNoMap) {
  sh("mkdir /sys/fs/bpf/d");
  EXPECT_THAT(sh("mapctl dump /sys/fs/bpf/d"), Fails(3, "it is a directory, not a pin"));
}

TEST(Create, SuggestsAPinsNameWithoutDots) {
  EXPECT_THAT(sh("mapctl create a.b -t hash -k u32 -v u32 -n 8"), Fails(2, "use a_b"));
}

}  // namespace
}  // namespace mapctl::test
