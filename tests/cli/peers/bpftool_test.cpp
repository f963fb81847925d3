// mapctl avoids the rough edges of bpftool's map commands, and each tool reads what the other
// wrote.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

TEST(RoughEdges, ANumberThatDoesNotFitIsRefusedAndNothingIsStored) {
  sh("mapctl create m -t hash -k u8 -v u8 -n 8");
  for (const char* text : {"256", "300", "-1"})
    EXPECT_THAT(sh(std::string{"mapctl put m 1 "} + text), Fails(2, "0 to 255")) << text;
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST(RoughEdges, AFullMapIsCalledFull) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 2; mapctl put m 1 1; mapctl put m 2 2");
  const Outcome outcome = sh("mapctl put m 3 3");
  EXPECT_THAT(outcome, Fails(5, "mapctl: cannot put 3 into m: the map is full\n"));
  EXPECT_THAT(outcome.err,
              testing::HasSubstr("  why: 2 of 2 entries are used, and a BPF map cannot grow\n"));
  EXPECT_THAT(outcome.err, testing::HasSubstr("  fix: "));
}

TEST(RoughEdges, AFullTrieIsCalledFull) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u32 -n 1; mapctl put m 10.0.0.0/8 1");
  EXPECT_THAT(sh("mapctl put m 11.0.0.0/8 1"), Fails(5, "the map is full"));
}

TEST(RoughEdges, AnUnknownNameIsReportedWithTheNearestOne) {
  sh("mapctl create counters -t hash -k u32 -v u32 -n 2");
  EXPECT_THAT(sh("mapctl dump conters"), Fails(3, "did you mean 'counters'?"));
}

TEST(RoughEdges, CreateOutsideABpffsMountsNothing) {
  const Outcome outcome =
      sh("d=$(mktemp -d); mapctl create $d/m -t hash -k u32 -v u32 -n 2; s=$?; rmdir $d || s=99; "
         "exit $s");
  EXPECT_THAT(outcome, Fails(3, "mount -t bpf bpf /sys/fs/bpf"));
}

TEST(RoughEdges, ADotInAPinsNameHasASentenceOfItsOwn) {
  EXPECT_THAT(sh("mapctl create a.b -t hash -k u32 -v u32 -n 2"), Fails(2, "dot"));
}

TEST(RoughEdges, AFrozenMapHasASentenceOfItsOwn) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 2; mapctl freeze m --yes");
  EXPECT_THAT(sh("mapctl put m 1 1"), Fails(6, "frozen"));
}

TEST(RoughEdges, WhatCannotBeListedSaysSo) {
  sh("mapctl create q -t queue -v 4 -n 2; mapctl create b -t bloom_filter -v 4 -n 2; mapctl create "
     "r -t ringbuf -n 4096");
  EXPECT_THAT(sh("mapctl dump q"),
              Fails(6, "queues cannot be listed; peek or pop one value at a time"));
  EXPECT_THAT(sh("mapctl dump b"), Fails(6, "bloom filters cannot be listed"));
  EXPECT_THAT(sh("mapctl dump r"), Fails(6, "ring buffers cannot be listed"));
}

TEST(RoughEdges, DeletingFromAnArraySaysWhatToDoInstead) {
  sh("mapctl create m -t array -k u32 -v u32 -n 2");
  EXPECT_THAT(sh("mapctl del m 0"), Fails(6, "array entries cannot be deleted; put 0 instead"));
}

TEST(RoughEdges, AnIndexPastTheEndIsATextThatDoesNotFit) {
  sh("mapctl create m -t array -k u32 -v u32 -n 2");
  EXPECT_THAT(sh("mapctl get m 2"), Fails(2, "0 to 1"));
  EXPECT_THAT(sh("mapctl put m 2 1"), Fails(2, "0 to 1"));
}

TEST(RoughEdges, ATriesFlagIsSetByItselfAndItsPrefixIsChecked) {
  ASSERT_THAT(sh("mapctl create m -t lpm_trie -k cidr4 -v u32 -n 8"), IsSilent());
  EXPECT_THAT(sh("mapctl put m 10.0.0.0/33 1"), Fails(2, "33 is over 32"));
  const Outcome outcome = sh("mapctl put m 10.0.0.1/8 1");
  EXPECT_EQ(outcome.err,
            "mapctl: '10.0.0.1/8' is not a network address: bits are set after /8\n"
            "  fix: did you mean 10.0.0.0/8 or 10.0.0.1/32?\n");
}

TEST(RoughEdges, AReadablePinNeedsNoRoot) {
  sh("mapctl create m -t hash -k 4 -v 4 -n 2 --mode 0444; mapctl put m 1 7");
  EXPECT_THAT(sh("setpriv --reuid 65534 --clear-groups mapctl get m 1"), Prints("7\n"));
  EXPECT_THAT(sh("setpriv --reuid 65534 --clear-groups mapctl put m 1 8"), Fails(4, "cannot"));
}

TEST(RoughEdges, WritingBytesIsNotToldOfPrintingThem) {
  const std::string nobody = "setpriv --reuid 65534 --clear-groups mapctl ";
  sh("mapctl create m -t hash -k u32 -v u32 -n 2 --mode 0666");
  EXPECT_THAT(sh(nobody + "put m hex:01000000 hex:07000000"), IsSilent());
  const Outcome printed = sh(nobody + "get m hex:01000000");
  EXPECT_EQ(printed.out, "hex:07000000\n");
  EXPECT_THAT(printed.err, testing::HasSubstr("showing bytes"));
}

TEST(RoughEdges, AProgramsPinIsRefusedByName) {
  sh("ip link add v0 type veth peer name v1 && mapctl filter load v0");
  EXPECT_THAT(sh("mapctl dump filter_link_v0"), Fails(3, "is a pinned link, not a map"));
}

TEST(Interoperation, BpftoolReadsWhatMapctlWrote) {
  sh("mapctl create m -t hash -k u32 -v '{a:u8,b:u32}' -n 8; mapctl put m 1 a=7,b=9");
  const json dumped = json::parse(sh("bpftool -j map dump pinned /sys/fs/bpf/m").out);
  EXPECT_EQ(dumped[0]["formatted"], json::parse(R"({"key":1,"value":{"a":7,"b":9}})"));
}

TEST(Interoperation, MapctlReadsWhatBpftoolWrote) {
  sh("bpftool map create /sys/fs/bpf/m type hash key 4 value 8 entries 8 name m");
  sh("bpftool map update pinned /sys/fs/bpf/m key 1 0 0 0 value 2 1 0 0 0 0 0 0");
  EXPECT_THAT(sh("mapctl dump m"), Prints("1\t258\n"));
}

TEST(Interoperation, TheVerbsOfBpftoolWork) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl create q -t queue -v 4 -n 2");
  EXPECT_THAT(sh("mapctl update m 1 2; mapctl lookup m 1; mapctl getnext m; mapctl delete m 1"),
              Prints("2\n1\n"));
  EXPECT_THAT(sh("mapctl enqueue q 5; mapctl dequeue q"), Prints("5\n"));
  EXPECT_EQ(sh("mapctl show").out, sh("mapctl list").out);
}

}  // namespace
}  // namespace mapctl::test
