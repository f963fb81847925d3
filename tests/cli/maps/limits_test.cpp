// Texts from other sources, work that stops part-way, and users without privilege.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(TextFrom, StandardInputStandsForOneText) {
  sh("mapctl create m -t hash -k 'char[8]' -v 'char[8]' -n 8");
  EXPECT_THAT(sh("echo a | mapctl put m - -"), Fails(2, "stand for one text only"));
  EXPECT_THAT(sh("mapctl put m a - <&-"), Fails(3, "cannot read standard input"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST(TextFrom, ADirectoryOrAnEndlessFileIsRefused) {
  sh("mapctl create m -t hash -k 'char[8]' -v 'char[8]' -n 8");
  EXPECT_THAT(sh("mapctl put m a @/tmp"), Fails(3, "cannot read the text file '/tmp'"));
  EXPECT_THAT(sh("mapctl put m a @/dev/zero"), Fails(2, "is too long"));
}

TEST(Message, ThatCannotBePrintedChangesNothing) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8; mapctl freeze m --yes");
  EXPECT_EQ(sh("mapctl freeze m --yes 2>&-").exit, 0);
  EXPECT_EQ(sh("mapctl freeze m --yes 2>/dev/full").exit, 0);
}

TEST(Message, IsOneLineOfJsonWhereResultsAre) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8; mapctl freeze m --yes");
  EXPECT_EQ(json::parse(sh("mapctl freeze m --yes -o json").err),
            json({{"note", "m is frozen already"}}));
  const Outcome absent = sh("mapctl get m 1 2 -o json");
  EXPECT_EQ(json::parse(absent.err)["error"]["message"], "1, 2 are not in m");
  EXPECT_EQ(json::parse(absent.out), json::array());
  EXPECT_EQ(absent.exit, 1);
}

TEST(Permission, OfARootOfAUserNamespaceIsNoneToRunAsRoot) {
  const Outcome outcome = sh("unshare -U -r mapctl show id:1");
  EXPECT_EQ(outcome.exit, 4);
  EXPECT_THAT(outcome.err, HasSubstr("run it with CAP_SYS_ADMIN in the initial user namespace"));
}

TEST(Copy, IntoANewMapRefusesToLoseTypesThatItMayNotRead) {
  sh("mapctl create m -t hash -k ipv4 -v u32 -n 8 --mode 0644; chmod 1777 /sys/fs/bpf");
  const std::string copy =
      std::string{as_nobody} + "--inh-caps +bpf --ambient-caps +bpf mapctl copy m new ";
  EXPECT_THAT(sh(copy), Fails(4, "cannot copy m into a new map: its types cannot be read"));
  EXPECT_THAT(sh(copy + "--hex >/dev/null; mapctl show new -o json | jq -c .key"),
              Prints("\"4\"\n"));
}

TEST(Push, ThatStopsPartWaySaysHowFarItCame) {
  sh("mapctl create q -t queue -v 4 -n 2");
  EXPECT_THAT(sh("mapctl push q 1 2 3"), Fails(10, "2 before it were done"));
  EXPECT_THAT(sh("mapctl push q 3"), Fails(5, "mapctl pop"));
  EXPECT_THAT(sh("mapctl pop q -c 5"), Prints("1\n2\n"));
}

TEST(Pop, SaysWhatIsGoneWhereItCannotBeWritten) {
  sh("mapctl create q -t queue -v 4 -n 4; mapctl push q 1 2 3");
  EXPECT_THAT(sh("mapctl pop q -c 2 >/dev/full"), Fails(9, "values taken out of q: 2"));
  sh("mapctl create h -t hash -k u32 -v u32 -n 4; mapctl put h 1 1");
  EXPECT_THAT(sh("mapctl pop h 1 >/dev/full"), Fails(9, "values taken out of h: 1"));
}

TEST(BloomFilter, IsAddedToAndAsked) {
  ASSERT_THAT(sh("mapctl create b -t bloom_filter -v u32 -n 100"), IsSilent());
  EXPECT_THAT(sh("mapctl push b 5 6"), IsSilent());
  EXPECT_THAT(sh("mapctl get b 5"), Prints("5\n"));
  EXPECT_THAT(sh("mapctl get b 7"), Fails(1, "7 is not in b"));
  EXPECT_THAT(sh("mapctl put b 5 5"), Fails(2, "mapctl push b VALUE"));
  EXPECT_THAT(sh("mapctl del b 5"), Fails(6, "cannot be deleted"));
  EXPECT_THAT(sh("mapctl dump b"), Fails(6, "cannot be listed"));
}

TEST(RingBuffer, RefusesEveryEntryInOneSentence) {
  sh("mapctl create r -t ringbuf -n 4096");
  for (const char* command :
       {"get r 1", "put r 1 1", "del r 1", "pop r", "push r 1", "peek r", "dump r", "next r"})
    EXPECT_THAT(sh("mapctl " + std::string{command}), Fails(6, "ring buffer")) << command;
}

TEST(Put, TakesTheIdThatIsPrintedForAMap) {
  sh("mapctl create in -t hash -k u32 -v u32 -n 1; "
     "mapctl create out -t hash_of_maps -k u32 -v 4 -n 4 --inner in; mapctl put out 1 in");
  EXPECT_THAT(sh("mapctl put out 2 $(mapctl get out 1)"), IsSilent());
  EXPECT_EQ(sh("mapctl get out 2").out, sh("mapctl get out 1").out);
}

TEST(Put, OpensACgroupByItsDirectory) {
  sh("mapctl create c -t cgroup_array -k 4 -v 4 -n 2");
  EXPECT_THAT(sh("mapctl put c 0 /sys/fs/cgroup/nowhere"), Fails(3, "cannot open"));
  EXPECT_THAT(sh("mkdir /tmp/cgroup.$$; mount -t cgroup2 none /tmp/cgroup.$$ && mapctl put c 0 "
                 "/tmp/cgroup.$$; s=$?; umount /tmp/cgroup.$$; rmdir /tmp/cgroup.$$; exit $s"),
              IsSilent());
}

TEST(Put, NamesAnInterfaceInADeviceMap) {
  sh("mapctl create d -t devmap -k 4 -v 4 -n 2; ip link add v0 type veth peer name v1");
  EXPECT_THAT(sh("mapctl put d 0 v0"), IsSilent());
  EXPECT_EQ(sh("mapctl get d 0").out, sh("cat /sys/class/net/v0/ifindex 2>/dev/null || "
                                         "ip -o link show v0 | cut -d : -f 1")
                                          .out);
}

TEST(Put, LeavesSocketsToWhoHasThem) {
  sh("mapctl create s -t sockmap -k 4 -v 8 -n 2");
  EXPECT_THAT(sh("mapctl put s 0 4"), Fails(6, "only the program that has them open"));
}

TEST(CreateExistOk, ComparesTypesAndAppliesTheMode) {
  sh("mapctl create m -t hash -k u32 -v '{a:u32}' -n 1");
  EXPECT_THAT(sh("mapctl create m -t hash -k ipv4 -v '{a:u32}' -n 1 --exist-ok"),
              Fails(1, "key is u32, not ipv4"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v '{a:u32}' -n 1 --exist-ok --mode 0644"),
              IsSilent());
  EXPECT_THAT(sh("stat -c %a /sys/fs/bpf/m"), Prints("644\n"));
}

TEST(CreateExistOk, KnowsThatTheKernelRoundsPerCpuLists) {
  constexpr const char* create =
      "mapctl create m -t lru_hash -k u32 -v u32 -n 3 --flags no_common_lru --exist-ok";
  EXPECT_THAT(sh(create), IsSilent());
  EXPECT_THAT(sh(create), IsSilent());
}

TEST(Create, IsUndoneWhereTheModeCannotBeSet) {
  EXPECT_THAT(sh("setpriv --bounding-set -chown --inh-caps -chown mapctl create m -t hash -k u32 "
                 "-v u32 -n 1 --group daemon"),
              Fails(4, "the map was not created"));
  EXPECT_THAT(sh("mapctl show m"), Fails(3, "there is no map"));
}

TEST(Create, RefusesWhatIsNoPathOrMode) {
  EXPECT_THAT(sh("mapctl create id:5 -t hash -k u32 -v u32 -n 1"), Fails(2, "not a path"));
  EXPECT_THAT(sh("mapctl create m -t hash -k u32 -v u32 -n 1 --mode 7777"), Fails(2, "7777"));
}

TEST(Hex, ShowsBytesAndReadsTexts) {
  sh("mapctl create m -t hash -k ipv4 -v u32 -n 8; mapctl put m 192.0.2.7 258");
  EXPECT_THAT(sh("mapctl get m 192.0.2.7 --hex"), Prints("hex:02010000\n"));
  EXPECT_THAT(sh("mapctl keys m --hex"), Prints("hex:c0000207\n"));
  EXPECT_THAT(sh("mapctl get m hex:c0000207"), Prints("258\n"));
}

TEST(WithoutPrivilege, WhatIsPrintedCanBeGivenBack) {
  sh("mapctl create m -t hash -k u32 -v ipv4 -n 8 --mode 0666; mapctl put m 1 192.0.2.7");
  const Outcome keys = sh(std::string{as_nobody} + "mapctl keys m");
  EXPECT_EQ(keys.out, "hex:01000000\n");
  EXPECT_THAT(keys.err, HasSubstr("--key-as"));
  const Outcome got = sh(std::string{as_nobody} + "mapctl get m hex:01000000");
  EXPECT_EQ(got.out, "hex:c0000207\n");
  EXPECT_EQ(sh(std::string{as_nobody} + "mapctl put m hex:02000000 hex:c0000208").exit, 0);
  EXPECT_THAT(sh("mapctl get m 2"), Prints("192.0.2.8\n"));
}

TEST(WithoutPrivilege, TypesCanBeNamed) {
  sh("mapctl create m -t hash -k u32 -v ipv4 -n 8 --mode 0644; mapctl put m 1 192.0.2.7");
  EXPECT_THAT(sh(std::string{as_nobody} + "mapctl dump m --key-as u32 --value-as ipv4"),
              Prints("1\t192.0.2.7\n"));
}

}  // namespace
}  // namespace mapctl::test
