// --where of the commands that write: only entries for which it holds exist for them.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

/// Entries 1, 2 and 3 belong to list 7; 11 and 12 to list 8.
void make_lists() {
  sh("mapctl create m -t hash -k u32 -v '{list:u16,port:be16,hits:u32}' -m 16; "
     "for i in 1 2 3; do mapctl put m $i list=7,hits=$i; done; "
     "for i in 11 12; do mapctl put m $i list=8,hits=$i; done");
}

std::string keys_of(const std::string& map) {
  return sh("mapctl keys " + map + " | sort -n | tr '\\n' ' '").out;
}

TEST(Part, ClearDeletesWhatIsInIt) {
  make_lists();
  EXPECT_EQ(sh("mapctl clear m --where 'list = 7 and hits > 1' -n -o json").out,
            "{\"would_delete\":2}\n");
  EXPECT_THAT(sh("mapctl clear m --where 'list = 7 and hits > 1' --yes"), Prints("deleted\t2\n"));
  EXPECT_EQ(keys_of("m"), "1 11 12 ");
  EXPECT_THAT(sh("mapctl clear m --where 'list = 9' --yes"), Prints("deleted\t0\n"));
  EXPECT_THAT(sh("mapctl clear m --where 'color = 9' --yes"), Fails(2, "no field 'color'"));
  EXPECT_EQ(keys_of("m"), "1 11 12 ");
}

TEST(Part, ClearSetsTheElementsOfAnArrayToZero) {
  sh("mapctl create a -t array -v '{a:u32,b:u32}' -m 3; mapctl put a 0 a=1,b=1; mapctl put a 2 "
     "a=2");
  EXPECT_THAT(sh("mapctl clear a --where 'a = 1' --yes"), Prints("zeroed\t1\n"));
  EXPECT_EQ(sh("mapctl dump a").out, "0\ta=0,b=0\n1\ta=0,b=0\n2\ta=2,b=0\n");
}

TEST(Part, ClearRefusesItForMapsWithoutKeys) {
  sh("mapctl create q -t queue -v u32 -m 3");
  EXPECT_THAT(sh("mapctl clear q --where 'value = 1' --yes"), Fails(2, "q has no keys"));
}

TEST(Part, ClearReadsPerCpuValues) {
  sh("mapctl create p -t percpu_hash -k u32 -v u32 -m 3; mapctl put p 1 1; mapctl put p 2 2");
  EXPECT_THAT(sh("mapctl clear p --where 'value = 2' --yes"), Prints("deleted\t1\n"));
  EXPECT_EQ(keys_of("p"), "1 ");
}

TEST(Part, DelTakesOtherEntriesForAbsent) {
  make_lists();
  EXPECT_THAT(sh("mapctl del m 1 11 --where 'list = 7'"), Fails(1, "11 is not in m"));
  EXPECT_EQ(keys_of("m"), "2 3 11 12 ");
  EXPECT_THAT(sh("printf '2\\n12\\n' | mapctl del m -f - --where 'list = 7' >/dev/null"),
              Fails(1, "not in m: 12"));
  EXPECT_EQ(keys_of("m"), "3 11 12 ");
}

TEST(Part, DelForetellsWhatIsThere) {
  make_lists();
  EXPECT_EQ(sh("mapctl del m 1 11 5 -n -o json").out, "{\"would_delete\":2,\"absent\":1}\n");
  EXPECT_EQ(sh("printf '1\\n11\\n5\\n' | mapctl del m -f - -n --where 'list = 7' -o json").out,
            "{\"would_delete\":1,\"absent\":2}\n");
  EXPECT_EQ(keys_of("m"), "1 2 3 11 12 ");
}

TEST(Part, SaveAndCopyTakeNothingElse) {
  make_lists();
  sh("mapctl save m --where 'list = 8' -f saved; mapctl copy m n --where 'list = 7'");
  EXPECT_EQ(keys_of("n"), "1 2 3 ");
  EXPECT_THAT(sh("mapctl restore r -f saved"), testing::Field(&Outcome::exit, 0));
  EXPECT_EQ(keys_of("r"), "11 12 ");
  EXPECT_EQ(sh("mapctl copy m n --where 'hits < 3' -n -o json").out, "{\"would_copy\":2}\n");
}

TEST(Part, DiffComparesNothingElse) {
  make_lists();
  sh("printf '1\\tlist=7,hits=1\\n2\\tlist=7,hits=5\\n' > part");
  const Outcome outcome = sh("mapctl diff m part --where 'list = 7'");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.out, HasSubstr("changed\t2\t"));
  EXPECT_THAT(outcome.out, HasSubstr("removed\t3\t"));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("11")));
  sh("mapctl copy m n --where 'list = 7'");
  EXPECT_THAT(sh("mapctl diff m n --where 'list = 7'"), IsSilent());
  EXPECT_EQ(sh("mapctl diff m n").exit, 1);
}

TEST(Part, SyncMakesItEqualToTheFileAndLeavesTheRestAlone) {
  make_lists();
  sh("printf '2\\tlist=7,hits=9\\n4\\tlist=7,hits=4\\n' > part");
  EXPECT_THAT(sh("mapctl sync m -f part --prune --where 'list = 7'"),
              testing::Field(&Outcome::exit, 0));
  EXPECT_EQ(keys_of("m"), "2 4 11 12 ");
  EXPECT_THAT(sh("mapctl get m 2"), Prints("list=7,port=0,hits=9\n"));
}

TEST(Part, SyncRefusesEntriesOutsideOfIt) {
  make_lists();
  EXPECT_THAT(sh("printf '1\\tlist=7\\n5\\tlist=8\\n' | mapctl sync m -f - --where 'list = 7'"),
              Fails(7, "standard input:2: --where does not hold for it"));
  EXPECT_THAT(sh("printf '1\\tlist=7\\n11\\tlist=7\\n' | mapctl sync m -f - --where 'list = 7'"),
              Fails(6, "the first is 11; nothing was written"));
  EXPECT_EQ(sh("mapctl dump m | cut -f 2 | sort").out,
            "list=7,port=0,hits=1\nlist=7,port=0,hits=2\nlist=7,port=0,hits=3\n"
            "list=8,port=0,hits=11\nlist=8,port=0,hits=12\n");
}

TEST(Part, SyncCountsTheWholeMapAsFull) {
  sh("mapctl create m -t hash -k u32 -v u32 -m 2; mapctl put m 1 1; mapctl put m 2 2");
  EXPECT_THAT(sh("printf '1\\t1\\n3\\t1\\n' | mapctl sync m -f - --where 'value = 1'"),
              Fails(5, "do not fit"));
}

TEST(Part, SyncTestsCountersThatAreLeftOutAsTheyAre) {
  sh("mapctl create m -t hash -k u32 -v '{port:be16,hits:u64@counter}' -m 9; "
     "mapctl put m 1 port=1,hits=5; mapctl put m 2 port=2,hits=0; printf '1\\tport=9\\n' > part");
  EXPECT_THAT(sh("mapctl diff m part --where 'hits > 3'"), testing::Field(&Outcome::exit, 1));
  EXPECT_THAT(sh("mapctl sync m -f part --where 'hits > 3' --prune"),
              testing::Field(&Outcome::exit, 0));
  EXPECT_EQ(sh("mapctl dump m | sort").out, "1\tport=9,hits=5\n2\tport=2,hits=0\n");
  EXPECT_THAT(sh("echo 2 port=3 | mapctl sync m -f - --where 'hits > 3'"),
              Fails(7, "--where does not hold"));
}

TEST(Part, SyncAsksForThePartOnly) {
  make_lists();
  EXPECT_THAT(sh("mapctl sync m -f /dev/null --prune --where 'list = 7'"),
              Fails(2, "delete all entries of m for which --where holds"));
}

TEST(Part, MaxDeleteIsAShareOfIt) {
  make_lists();
  sh("printf '1\\tlist=7\\n' > part");
  EXPECT_THAT(sh("mapctl sync m -f part --prune --max-delete 50% --where 'list = 7'"),
              Fails(7, "mapctl diff m part --where 'list = 7'"));
  EXPECT_EQ(keys_of("m"), "1 2 3 11 12 ");
}

TEST(Part, HoldsForOneLineOfABatch) {
  make_lists();
  EXPECT_THAT(sh("printf \"del m 1 --where 'list = 7'\\ndel m 11\\n\" | mapctl batch -"),
              IsSilent());
  EXPECT_EQ(keys_of("m"), "2 3 12 ");
}

TEST(Sync, WritesNothingIfAnotherMapHasTakenThePlaceOfTheMap) {
  sh("for map in a b; do mapctl create $map -t hash -k u32 -v u32 -m 4; done");
  EXPECT_THAT(sh("flock /sys/fs/bpf sh -c 'sleep 2; mv /sys/fs/bpf/b /sys/fs/bpf/a' & "
                 "sleep 0.2; echo 1 1 | mapctl sync a -f -; status=$?; wait; exit $status"),
              Fails(6, "meanwhile another map has taken its place"));
  EXPECT_THAT(sh("mapctl dump a"), IsSilent());
}

}  // namespace
}  // namespace mapctl::test
