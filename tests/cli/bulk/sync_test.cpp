// sync makes a map equal to a file, and diff prints the differences.

#include <fmt/format.h>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

void make_map(const std::string& type = "hash", int entries = 100) {
  sh("mapctl create m -t " + type + " -k u32 -v u64 -n " + std::to_string(entries));
  if (type == "hash") sh("printf '1 10\\n2 20\\n3 30\\n' | mapctl load m -f -");
}

std::string report(int added, int changed, int deleted, int unchanged, int extra) {
  const bool modified = added + changed + deleted > 0;
  return "{\"added\":" + std::to_string(added) + ",\"changed\":" + std::to_string(changed) +
         ",\"deleted\":" + std::to_string(deleted) + ",\"unchanged\":" + std::to_string(unchanged) +
         ",\"extra\":" + std::to_string(extra) + ",\"modified\":" + (modified ? "true" : "false") +
         "}\n";
}

Outcome sync(const std::string& input, const std::string& options = "") {
  return sh("printf '" + input + "' | mapctl sync m -f - -o json " + options);
}

TEST(Sync, AddsAndChangesWhatDiffers) {
  make_map();
  EXPECT_THAT(sync("1 10\\n2 21\\n4 40\\n"), Prints(report(1, 1, 0, 1, 1)));
  EXPECT_THAT(sh("mapctl dump m | sort"), Prints("1\t10\n2\t21\n3\t30\n4\t40\n"));
}

TEST(Sync, DeletesTheRestWhereAskedTo) {
  make_map();
  EXPECT_THAT(sync("1 10\\n4 40\\n", "--prune"), Prints(report(1, 0, 2, 1, 0)));
  EXPECT_THAT(sh("mapctl dump m | sort"), Prints("1\t10\n4\t40\n"));
}

TEST(Sync, AdvisesPruneOnlyWhereItHelps) {
  make_map("hash", 3);
  const Outcome all_new = sync("1 10\\n4 40\\n5 50\\n6 60\\n7 70\\n");
  EXPECT_THAT(all_new, Fails(5, "leave entries out of the file"));
  EXPECT_THAT(all_new.err, Not(HasSubstr("--prune")));
  EXPECT_THAT(sync("1 10\\n4 40\\n"), Fails(5, "delete what is not in the file: --prune"));
}

TEST(Sync, SaysOfAFullFrozenMapThatItIsFrozen) {
  make_map("hash", 3);
  sh("mapctl freeze m --yes");
  for (const char* options : {"", "--prune", "--dry-run"})
    EXPECT_THAT(sync("4 40\\n5 50\\n", options), Fails(6, "the map is frozen"));
}

TEST(Sync, SuggestsToLookWithItsOwnOptions) {
  make_map();
  const Outcome refused =
      sh("cd $(mktemp -d); echo 1 >'a file'; mapctl sync m -f 'a file' --value 10 --format plain "
         "--prune --max-delete 1 --key-as u32; mapctl diff m 'a file' --value 10 --format plain "
         "--key-as u32 | sort; rm *; rmdir $PWD");
  EXPECT_THAT(refused.err,
              HasSubstr("mapctl diff m 'a file' --value 10 --format plain --key-as u32\n"));
  EXPECT_EQ(refused.out, "removed\t2\t20\nremoved\t3\t30\n");
}

TEST(Sync, DoesNothingTheSecondTime) {
  make_map();
  sync("1 11\\n4 40\\n", "--prune");
  EXPECT_THAT(sync("4 40\\n1 11\\n", "--prune"), Prints(report(0, 0, 0, 2, 0)));
}

TEST(Sync, ReportsInPlainToo) {
  make_map();
  EXPECT_THAT(
      sh("echo 1 10 | mapctl sync m -f -"),
      Prints("added\t0\nchanged\t0\ndeleted\t0\nunchanged\t1\nextra\t2\nmodified\tfalse\n"));
}

TEST(Sync, PrintsTheDifferenceInADryRun) {
  make_map();
  EXPECT_THAT(sh("printf '1 10\\n2 21\\n4 40\\n' | mapctl sync m -f - --prune --dry-run | sort"),
              Prints("added\t4\t40\nchanged\t2\t20\t21\nremoved\t3\t30\n"));
  EXPECT_THAT(sh("printf '1 10\\n2 20\\n4 40\\n' | mapctl sync m -f - --dry-run"),
              Prints("added\t4\t40\n"));
  EXPECT_THAT(sh("mapctl dump m | sort"), Prints("1\t10\n2\t20\n3\t30\n"));
}

TEST(Sync, DeletesNoMoreThanAllowed) {
  make_map();
  EXPECT_THAT(sync("1 10\\n", "--prune --max-delete 1"),
              Fails(7, "2 of the 3 entries of m are not in standard input: nothing was written"));
  EXPECT_THAT(sync("1 10\\n", "--prune --max-delete 50%"), Fails(7, "--max-delete allows 50%"));
  EXPECT_THAT(sync("1 10\\n2 20\\n", "--prune --max-delete 34%"), Prints(report(0, 0, 1, 2, 0)));
  EXPECT_THAT(sync("1 10\\n", "--prune --max-delete 1"), Prints(report(0, 0, 1, 1, 0)));
  EXPECT_THAT(sync("1 10\\n", "--prune --max-delete x"), Fails(2, "'x' is no number of entries"));
  EXPECT_THAT(sync("1 10\\n", "--prune --max-delete 101%"), Fails(2, "such as 10%"));
}

TEST(Sync, EmptiesNoMapByMistake) {
  make_map();
  EXPECT_THAT(sync("", "--prune"), Fails(2, "will not delete all entries of m"));
  EXPECT_THAT(sync("# nothing\\n", "--prune --max-delete 10%"), Fails(7, "3 of the 3 entries"));
  EXPECT_THAT(sync("", "--prune --yes"), Prints(report(0, 0, 3, 0, 0)));
}

TEST(Sync, WritesNothingWhereALineIsWrong) {
  make_map();
  EXPECT_THAT(sync("1 11\\n2 x\\n", "--prune"), Fails(7, "standard input:2: 'x' is not a number"));
  EXPECT_THAT(sync("1 11\\n2 20\\n1 12\\n"),
              Fails(7, "standard input:3: the key is on line 1 already, with another value"));
  EXPECT_THAT(sync("{\"op\":\"del\",\"key\":1}\\n"), Fails(7, "a deletion says nothing"));
  EXPECT_THAT(sh("mapctl get m 1"), Prints("10\n"));
}

TEST(Sync, TakesAKeyTwiceWithTheSameValue) {
  make_map();
  EXPECT_THAT(sync("5 50\\n5 50\\n"), Prints(report(1, 0, 0, 0, 3)));
}

TEST(Sync, RefusesWhatDoesNotFitBeforeItWrites) {
  make_map("hash", 4);
  EXPECT_THAT(sync("1 11\\n5 5\\n6 6\\n"),
              Fails(5, "cannot sync m: 5 entries do not fit, nothing"));
  EXPECT_THAT(sh("mapctl get m 1"), Prints("10\n"));
}

TEST(Sync, MakesRoomFirstWhereOldAndNewDoNotFitTogether) {
  make_map("hash", 4);
  const Outcome outcome = sync("1 11\\n5 5\\n6 6\\n7 7\\n", "--prune");
  EXPECT_EQ(outcome.out, report(3, 1, 2, 0, 0));
  EXPECT_THAT(outcome.err, HasSubstr("2 entries are deleted first"));
  EXPECT_THAT(sh("mapctl dump m | sort"), Prints("1\t11\n5\t5\n6\t6\n7\t7\n"));
}

TEST(Sync, NeitherComparesNorResetsCounters) {
  sh("mapctl create m -t hash -k u32 -v '{act:u8,hits:u64@counter}' -n 9; printf '1 "
     "act=1,hits=5\\n2 "
     "act=1,hits=6\\n' | mapctl load m -f -");
  EXPECT_THAT(sync("1 act=1,hits=9\\n2 act=2\\n3 act=3,hits=3\\n"), Prints(report(1, 1, 0, 1, 0)));
  EXPECT_THAT(sh("mapctl dump m | sort"),
              Prints("1\tact=1,hits=5\n2\tact=2,hits=6\n3\tact=3,hits=0\n"));
  EXPECT_THAT(sync("1 act=1,hits=9\\n", "--counters"), Prints(report(0, 1, 0, 0, 2)));
  EXPECT_THAT(sh("mapctl get m 1"), Prints("act=1,hits=9\n"));
}

TEST(Sync, OfPerCpuValuesComparesEveryCpu) {
  sh(R"(
    mapctl create m -t percpu_hash -k u32 -v u32 -n 9
    mapctl put m 1 5
    mapctl put m 2 5
    mapctl put m 2 6 --cpu 1
    mapctl create n -t percpu_hash -k u32 -v u32 -n 9)");
  EXPECT_THAT(sync("1 5\\n2 5\\n"), Prints(report(0, 1, 0, 1, 0)));
  EXPECT_THAT(sh("mapctl get m 2 --cpu 1"), Prints("5\n"));
}

TEST(Sync, OfAnArrayNeverDeletes) {
  make_map("array", 3);
  EXPECT_THAT(sync("1 10\\n"), Prints(report(0, 1, 0, 0, 2)));
  EXPECT_THAT(sync("1 10\\n", "--prune"), Fails(6, "array entries cannot be deleted"));
}

TEST(Sync, GuardsOnlyWhatPruneDeletes) {
  make_map();
  EXPECT_THAT(sync("1 10\\n", "--max-delete 5"), Fails(2, "there is no --prune"));
}

/// Without the types, keys are parsed in another way.
TEST(Sync, OfATrieKnowsPrefixesAlsoAsBytes) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u8 -n 9 --mode 0666; mapctl put m "
     "hex:080000000a010203 1");
  EXPECT_THAT(sh("setpriv --reuid 65534 --clear-groups sh -c 'mapctl dump m 2>/dev/null | mapctl "
                 "sync m -f - "
                 "--prune -o json --value-as u8 2>/dev/null'"),
              Prints(report(0, 0, 0, 1, 0)));
  EXPECT_THAT(sh("mapctl diff m m"), IsSilent());
}

TEST(Sync, OfATrieKnowsPrefixesWhateverTheirHostBits) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u8 -n 9; mapctl put m hex:080000000a010203 1");
  EXPECT_THAT(sync("10.0.0.0/8 1\\n192.0.2.0/24 1\\n", "--prune"), Prints(report(1, 0, 0, 1, 0)));
  EXPECT_THAT(sync("192.0.2.0/24 1\\n", "--prune"), Prints(report(0, 0, 1, 1, 0)));
}

/// The kernel is made to refuse the first write. Leaks cannot be looked for under strace.
TEST(Sync, PutsWhatPassesBeforeWhatDrops) {
  sh("mapctl create m -t hash -k u32 -v 'enum{F_DROP=1,F_PASS=2}' -n 100");
  EXPECT_THAT(sh(R"(
    export ASAN_OPTIONS=detect_leaks=0
    trace() { strace -f -o t -e trace=bpf "$@" mapctl sync m -f f; }
    printf '1 drop\n2 drop\n3 pass\n' >f
    trace >/dev/null && mapctl clear m --yes >/dev/null
    trace -e inject=bpf:error=ENOMEM:when=$(grep -n UPDATE t | head -1 | cut -d: -f1)+)"),
              Fails(6, "cannot put 3 (f:3) into m"));
}

TEST(Sync, RefusesDescriptors) {
  sh("mapctl create i -t hash -k u32 -v u32 -n 4; mapctl create m -t hash_of_maps -k u32 -n 4 "
     "--inner i");
  EXPECT_THAT(sync("1 i\\n"), Fails(6, "put as descriptors and read as ids"));
}

TEST(Sync, WaitsForAnotherRunOnlyAsLongAsAllowed) {
  make_map();
  const std::string id = sh("mapctl show m -o json | grep -o '\"id\":[0-9]*' | tr -dc 0-9").out;
  for (const std::string& map : {std::string{"m"}, std::string{"/sys/fs/bpf/m"}, "id:" + id})
    EXPECT_THAT(sh("echo 1 11 | flock /sys/fs/bpf mapctl sync " + map + " -f - --timeout 0"),
                Fails(6, "cannot sync " + map + ": process "));
  EXPECT_THAT(sh("mapctl get m 1"), Prints("10\n"));
}

TEST(Sync, WaitsForARunByAnotherPinOfTheMap) {
  make_map();
  sh("mkdir /sys/fs/bpf/a /sys/fs/bpf/z; mapctl pin m /sys/fs/bpf/a/m; mapctl pin m "
     "/sys/fs/bpf/z/m");
  for (const char* const locked : {"a", "z", ""})
    for (const char* const name : {"a/m", "z/m", "m"})
      EXPECT_THAT(sh(fmt::format("echo 1 11 | flock /sys/fs/bpf/{} mapctl sync /sys/fs/bpf/{} -f - "
                                 "--timeout 0",
                                 locked, name)),
                  Fails(6, "process "));
}

TEST(Sync, SaysWhatItMayNotLock) {
  make_map();
  sh("mkdir -m 0711 /sys/fs/bpf/a; mapctl pin m /sys/fs/bpf/a/m; chmod 0666 /sys/fs/bpf/a/m; "
     "chmod 0711 /sys/fs/bpf");
  const Outcome outcome =
      sh(fmt::format("echo hex:01000000 hex:0b00000000000000 | {} mapctl sync "
                     "/sys/fs/bpf/a/m -f -",
                     as_nobody));
  EXPECT_EQ(outcome.exit, 0) << outcome;
  EXPECT_THAT(outcome.err, HasSubstr("cannot lock /sys/fs/bpf/a: permission denied; another run "
                                     "that changes /sys/fs/bpf/a/m may not wait for this one"));
}

TEST(Sync, SaysForWhomItWaitsAndGoesOn) {
  make_map();
  const Outcome outcome = sh(R"(
    mkfifo end
    flock /sys/fs/bpf cat end &
    while flock -n /sys/fs/bpf true; do :; done
    echo 1 11 | mapctl sync m -f - -o json 2>err &
    until grep -q 'waiting to sync m: process [0-9]* is changing it' err; do :; done
    mapctl get m 1
    : >end
    wait)");
  EXPECT_THAT(outcome.out, HasSubstr("10\n"));
  EXPECT_THAT(sh("mapctl get m 1"), Prints("11\n"));
}

TEST(Sync, OfSeveralAtOnceEndsInOneOfTheFiles) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 40000; "
     "for i in 1 2 3 4; do seq ${i}0000 ${i}8000 | sed \"s/$/ $i/\" >f$i; done");
  sh("for i in 1 2 3 4; do mapctl sync m -f f$i --prune >/dev/null & done; wait");
  EXPECT_THAT(sh("mapctl dump m -o plain | cut -f 2 | sort -u | wc -l"), Prints("1\n"));
}

TEST(Sync, OfSeveralPinsAtOnceEndsInOneOfTheFiles) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 40000; "
     "for i in 1 2 3 4; do seq ${i}0000 ${i}8000 | sed \"s/$/ $i/\" >f$i; "
     "mkdir /sys/fs/bpf/$i; mapctl pin m /sys/fs/bpf/$i/m; done");
  sh("for i in 1 2 3 4; do mapctl sync /sys/fs/bpf/$i/m -f f$i --prune >/dev/null & done; wait");
  EXPECT_THAT(sh("mapctl dump m -o plain | cut -f 2 | sort -u | wc -l"), Prints("1\n"));
}

TEST(Diff, IsEmptyAndZeroWhereNothingDiffers) {
  make_map();
  EXPECT_THAT(sh("mapctl dump m > f; mapctl diff m f; mapctl diff m m"), IsSilent());
  EXPECT_THAT(sh("mapctl diff m f -o json"), Prints("[]\n"));
}

TEST(Diff, ComparesInterfacesByTheirNumbers) {
  sh("mapctl create m -t devmap -v 4 -n 4; mapctl put m 1 lo");
  EXPECT_THAT(sh("echo 1 lo | mapctl diff m -; mapctl diff m m"), IsSilent());
  EXPECT_THAT(sh("mapctl create n -t devmap -v 8 -n 4; mapctl diff n n"),
              Fails(6, "put as descriptors"));
}

TEST(Diff, IsOneWhereSomethingDiffers) {
  make_map();
  const Outcome outcome = sh("printf '1 10\\n2 21\\n4 40\\n' | mapctl diff m - -o jsonl");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.out,
              HasSubstr("{\"change\":\"changed\",\"key\":2,\"old\":20,\"value\":21}\n"));
  EXPECT_THAT(outcome.out, HasSubstr("{\"change\":\"added\",\"key\":4,\"value\":40}\n"));
  EXPECT_THAT(outcome.out, HasSubstr("{\"change\":\"removed\",\"key\":3,\"old\":30}\n"));
}

TEST(Diff, ComparesTwoMaps) {
  make_map();
  sh("mapctl create n -t array -k u32 -v u64 -n 3; mapctl put n 1 10");
  EXPECT_THAT(sh("mapctl diff m n | sort"),
              Prints("added\t0\t0\nchanged\t2\t20\t0\nremoved\t3\t30\n"));
  EXPECT_EQ(sh("mapctl diff m name:n").exit, 1);
  EXPECT_THAT(sh("mapctl create o -t hash -k u32 -v u32 -n 3; mapctl diff m o"),
              Fails(2, "they hold different things"));
  EXPECT_THAT(sh("mapctl diff m nothing"), Fails(3, "nothing"));
}

TEST(Diff, LeavesCountersOut) {
  sh("mapctl create m -t hash -k u32 -v '{act:u8,hits:u64@counter}' -n 9; mapctl put m 1 "
     "act=1,hits=5");
  EXPECT_EQ(sh("echo 1 act=1 | mapctl diff m -").exit, 0);
  const Outcome outcome = sh("echo 1 act=1,hits=6 | mapctl diff m - --counters");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "changed\t1\tact=1,hits=5\tact=1,hits=6\n");
}

TEST(Diff, OfWrongLinesComparesNothing) {
  make_map();
  EXPECT_THAT(sh("printf '1 10\\n2 x\\n' | mapctl diff m -"), Fails(7, "standard input:2: "));
}

TEST(Copy, PutsAllEntriesIntoAnotherMap) {
  make_map();
  EXPECT_THAT(
      sh("mapctl create n -t lru_hash -k u32 -v u64 -n 100; mapctl put n 3 31; mapctl put n 4 40; "
         "mapctl copy m n -o json; mapctl dump n | sort"),
      Prints("{\"copied\":3}\n1\t10\n2\t20\n3\t30\n4\t40\n"));
}

TEST(Copy, MakesAMapLikeTheFirst) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v '{n:u16,hits:u64@counter}' -n 9; mapctl put m "
     "10.0.0.0/8 "
     "n=1,hits=2");
  EXPECT_THAT(
      sh("mapctl copy m n --max-entries 20 >/dev/null; mapctl dump n; mapctl diff m n --counters"),
      Prints("10.0.0.0/8\tn=1,hits=2\n"));
  EXPECT_THAT(sh("mapctl show n -o json").out, HasSubstr("\"max_entries\":20"));
}

TEST(Copy, ThatFailsLeavesNoNewMap) {
  make_map();
  EXPECT_THAT(sh("mapctl copy m n --max-entries 2"), Fails(5, "the map is full"));
  EXPECT_EQ(sh("mapctl count n").exit, 3);
}

TEST(Copy, OpensWhatIdsName) {
  sh(R"(
    mapctl create i -t hash -k u32 -v u32 -n 4
    mapctl create m -t hash_of_maps -k u32 -n 4 --inner i
    mapctl put m 1 i
    mapctl create n -t array_of_maps -k u32 -n 4 --inner i)");
  EXPECT_THAT(sh("mapctl copy m n; [ $(mapctl get n 1) = $(mapctl get m 1) ]"),
              Prints("copied\t1\n"));
  EXPECT_THAT(sh("mapctl copy m o; [ $(mapctl get o 1) = $(mapctl get m 1) ]"),
              Prints("copied\t1\n"));
  EXPECT_THAT(sh("mapctl clear m --yes >/dev/null; mapctl copy m p"), Fails(6, "make it first"));
}

TEST(Copy, RefusesWhatDoesNotFit) {
  make_map();
  EXPECT_THAT(sh("mapctl create n -t hash -k u32 -v u32 -n 9; mapctl copy m n"),
              Fails(2, "the entries of m do not fit into n"));
  EXPECT_THAT(sh("mapctl copy m m"), Fails(2, "m is source and destination"));
  EXPECT_THAT(sh("mapctl copy m n --max-entries 5"), Fails(2, "--max-entries is for a new map"));
  EXPECT_THAT(sh("mapctl copy m m2 -n"), Prints("would_copy\t3\n"));
}

}  // namespace
}  // namespace mapctl::test
