// put, get, del, pop, push, peek, next: one entry at a time.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

TEST(Put, StoresWhatGetPrints) {
  ASSERT_THAT(sh("mapctl create m -t hash -k u32 -v u64 -n 8"), IsSilent());
  EXPECT_THAT(sh("mapctl put m 1 42"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1"), Prints("42\n"));
}

TEST(Put, TakesNegativeNumbersAsTheyStand) {
  sh("mapctl create m -t hash -k s32 -v s64 -n 8");
  EXPECT_THAT(sh("mapctl put m -1 -42"), IsSilent());
  EXPECT_THAT(sh("mapctl get m -1"), Prints("-42\n"));
}

TEST(Put, TakesAnArrayInBracketsAsOneValue) {
  sh("mapctl create m -t hash -k u32 -v 'u16[3]' -n 8");
  EXPECT_THAT(sh("mapctl put m 1 [1,2,3]"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1"), Prints("[1,2,3]\n"));
}

TEST(Put, TakesAStructAsFieldsOrAsJson) {
  sh("mapctl create m -t hash -k u32 -v '{a:u8,b:be16}' -n 8");
  EXPECT_THAT(sh("mapctl put m 1 a=7,b=443"), IsSilent());
  EXPECT_THAT(sh("mapctl put m 2 '{\"b\":443,\"a\":7}'"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1 2"), Prints("1\ta=7,b=443\n2\ta=7,b=443\n"));
}

TEST(Put, ReadsATextFromAFileOrFromStandardInput) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("f=$(mktemp); echo 7 > $f; mapctl put m 1 @$f; s=$?; rm $f; exit $s"), IsSilent());
  EXPECT_THAT(sh("echo 8 | mapctl put m 2 -"), IsSilent());
  EXPECT_THAT(sh("mapctl dump m | sort"), Prints("1\t7\n2\t8\n"));
}

TEST(Put, WithCreateRefusesAKeyThatIsThere) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1");
  EXPECT_THAT(sh("mapctl put m 1 2 --create"),
              Fails(1, "cannot put 1 into m: the key exists already"));
  EXPECT_THAT(sh("mapctl get m 1"), Prints("1\n"));
}

TEST(Put, WithUpdateRefusesAKeyThatIsNotThere) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl put m 1 2 --update"), Fails(1, "cannot put 1 into m"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST(Put, WithKeepChangesOnlyTheFieldsThatAreNamed) {
  sh("mapctl create m -t hash -k u32 -v '{mode:enum{A=1,B=2},in:{x:u16,y:u16},n:u64}' -n 8");
  sh("mapctl put m 1 mode=b,in={x=1,y=2},n=7");
  EXPECT_THAT(sh("mapctl put m 1 in={y=5} --keep"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1"), Prints("mode=b,in={x=1,y=5},n=7\n"));
  EXPECT_THAT(sh("mapctl put m 1 '{\"n\":8}' --keep"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1"), Prints("mode=b,in={x=1,y=5},n=8\n"));
  EXPECT_THAT(sh("mapctl put m 1 mode=a"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1"), Prints("mode=a,in={x=0,y=0},n=0\n"));
}

TEST(Put, WithKeepMakesNoNewEntry) {
  sh("mapctl create m -t hash -k u32 -v '{a:u32,b:u32}' -n 8");
  EXPECT_THAT(sh("mapctl put m 1 a=1 --keep"), Fails(1, "1 is not in m"));
  EXPECT_THAT(sh("mapctl put m 1 a=1 --keep --create"), Fails(2, "--create"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST(Put, WithKeepKeepsWhatEachCpuHas) {
  sh("mapctl create m -t percpu_hash -k u32 -v '{a:u32,b:u32}' -n 8; mapctl put m 1 a=1,b=1");
  sh("mapctl put m 1 a=2,b=2 --cpu 1");
  EXPECT_THAT(sh("mapctl put m 1 b=9 --keep"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1 --cpu 0"), Prints("a=1,b=9\n"));
  EXPECT_THAT(sh("mapctl put m 1 b=8 --keep --cpu 0; mapctl get m 1 --cpu 0"), Prints("a=1,b=8\n"));
  EXPECT_THAT(sh("mapctl get m 1 --cpu 1"), Prints("a=2,b=9\n"));
}

TEST(Put, WithKeepReadsAndWritesUnderTheLockOfTheValue) {
  sh("mapctl create m -t hash -k u32 -v '{a:u32,lock:bpf_spin_lock,b:u32}' -n 8");
  sh("mapctl put m 1 a=1,b=2");
  EXPECT_THAT(sh("mapctl put m 1 b=3 --keep; mapctl get m 1"), Prints("a=1,b=3\n"));
}

TEST(Put, TellsHowAFieldOfAFieldIsWritten) {
  sh("mapctl create m -t hash -k u32 -v '{in:{x:u16,y:u16}}' -n 8");
  EXPECT_THAT(sh("mapctl put m 1 in.x=3"), Fails(2, "write in={x=…}"));
}

TEST(Put, OnOneCpuLeavesTheOthersAlone) {
  sh("mapctl create m -t percpu_hash -k u32 -v u32 -n 8; mapctl put m 1 5");
  EXPECT_THAT(sh("mapctl put m 1 9 --cpu 1"), IsSilent());
  EXPECT_THAT(sh("mapctl get m 1 --cpu 0"), Prints("5\n"));
  EXPECT_THAT(sh("mapctl get m 1 --cpu 1"), Prints("9\n"));
}

TEST(Put, TakesAMapWhereValuesAreMaps) {
  sh("mapctl create inner -t hash -k u32 -v u32 -n 8");
  ASSERT_THAT(sh("mapctl create outer -t array_of_maps -k u32 -v u32 -n 2 --inner inner"),
              testing::Field(&Outcome::exit, 0));
  EXPECT_THAT(sh("mapctl put outer 0 inner"), IsSilent());
  EXPECT_EQ(sh("mapctl get outer 0").out, sh("mapctl show inner -o json | jq .id").out);
}

TEST(Get, TellsAnAbsentKeyByExitCodeOne) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl get m 5"), Fails(1, "5 is not in m"));
}

TEST(Get, OfSeveralKeysPrintsThoseThatAreThere) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 10");
  const Outcome outcome = sh("mapctl get m 1 2");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "1\t10\n");
  EXPECT_EQ(outcome.err, "mapctl: 2 is not in m\n");
}

TEST(Get, OnATrieFindsTheExactPrefixAndWithMatchTheWinner) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u32 -n 8; mapctl put m 10.0.0.0/8 8; mapctl put m "
     "10.1.0.0/16 16");
  EXPECT_THAT(sh("mapctl get m 10.1.0.0/16"), Prints("16\n"));
  EXPECT_THAT(sh("mapctl get m 10.2.0.0/16"), Fails(1, "10.2.0.0/16 is not in m"));
  EXPECT_THAT(sh("mapctl get m 10.2.0.0/16 --match"), Prints("10.0.0.0/8\t8\n"));
  EXPECT_THAT(sh("mapctl get m 10.1.2.3 --match"), Prints("10.1.0.0/16\t16\n"));
}

TEST(Get, WithMatchPrintsThePrefixThatWon) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u32 -n 8; mapctl put m 10.0.0.0/8 1; mapctl put m "
     "10.1.0.0/16 1; mapctl put m 0.0.0.0/0 1");
  EXPECT_THAT(sh("mapctl get m 10.1.2.3 10.0.5.0/24 11.0.0.1 --match"),
              Prints("10.1.0.0/16\t1\n10.0.0.0/8\t1\n0.0.0.0/0\t1\n"));
  EXPECT_THAT(sh("mapctl get m 10.1.2.3 --match -o json"),
              Prints("{\"key\":\"10.1.0.0/16\",\"value\":1}\n"));
}

TEST(Del, TellsWhatBecameOfEachKey) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1; mapctl put m 3 3");
  EXPECT_THAT(sh("mapctl del m 1 2"),
              Fails(1, "2 is not in m\n  why: 1 of the 2 keys was deleted"));
  EXPECT_EQ(sh("mapctl del m 2 3 -o jsonl").out,
            "{\"key\":2,\"deleted\":false}\n{\"key\":3,\"deleted\":true}\n");
}

TEST(Put, SaysHowFieldsAreJoined) {
  sh("mapctl create m -t hash -k '{port:be16,hits:u32}' -v u32 -n 8");
  EXPECT_THAT(sh("mapctl put m port=443 hits=12 7"), Fails(2, "one word too many"));
  EXPECT_THAT(sh("mapctl create v -t hash -k u32 -v '{a:u8,b:u8}' -n 8; mapctl put v 1 a=1 b=2"),
              Fails(2, "fields are joined by commas into one word: a=1,b=2"));
}

TEST(Del, RemovesEntries) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1; mapctl put m 2 2; mapctl put m "
     "3 3");
  EXPECT_THAT(sh("mapctl del m 1 3"), IsSilent());
  EXPECT_THAT(sh("mapctl dump m"), Prints("2\t2\n"));
}

TEST(Del, OfAnAbsentKeyIsANoUnlessThatIsFine) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl del m 1"), Fails(1, "1 is not in m"));
  EXPECT_THAT(sh("mapctl del m 1 --missing-ok"), IsSilent());
}

TEST(Del, ChecksEveryKeyBeforeTheFirstDeletion) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1");
  EXPECT_THAT(sh("mapctl del m 1 nonsense"), Fails(2, "nonsense"));
  EXPECT_THAT(sh("mapctl count m"), Prints("1\n"));
}

TEST(Pop, TakesTheEntryOfItsKey) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 10; mapctl put m 2 20");
  EXPECT_THAT(sh("mapctl pop m 2"), Prints("20\n"));
  EXPECT_THAT(sh("mapctl dump m"), Prints("1\t10\n"));
  EXPECT_THAT(sh("mapctl pop m 2"), Fails(1, "2 is not in m"));
}

TEST(Pop, TakesQueueValuesInOrderAndStackValuesInReverse) {
  sh("mapctl create q -t queue -v 4 -n 8; mapctl create s -t stack -v 4 -n 8");
  EXPECT_THAT(sh("mapctl push q 1 2 3; mapctl push s 1 2 3"), IsSilent());
  EXPECT_THAT(sh("mapctl peek q; mapctl pop q -c 3"), Prints("1\n1\n2\n3\n"));
  EXPECT_THAT(sh("mapctl pop s"), Prints("3\n"));
  EXPECT_THAT(sh("mapctl pop q"), Fails(1, "q is empty"));
}

TEST(Push, ToAFullQueueFailsUnlessForced) {
  sh("mapctl create q -t queue -v 4 -n 2; mapctl push q 1 2");
  EXPECT_THAT(sh("mapctl push q 3"), Fails(5, "full"));
  EXPECT_THAT(sh("mapctl push q 3 --force"), IsSilent());
  EXPECT_THAT(sh("mapctl pop q -c 2"), Prints("2\n3\n"));
}

TEST(Next, WalksAllKeysAndEndsWithANo) {
  sh("mapctl create m -t array -k u32 -v u64 -n 2");
  EXPECT_THAT(sh("mapctl next m"), Prints("0\n"));
  EXPECT_THAT(sh("mapctl next m 0"), Prints("1\n"));
  EXPECT_THAT(sh("mapctl next m 1"), Fails(1, "1 is the last key of m"));
}

}  // namespace
}  // namespace mapctl::test
