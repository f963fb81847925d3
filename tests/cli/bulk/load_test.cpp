// load and del -f: entries of files, in every format.

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

void make_map(const std::string& name = "m", int entries = 100) {
  sh("mapctl create " + name + " -t hash -k u32 -v u64 -n " + std::to_string(entries));
}

/// The entries of the map after the input was loaded.
Outcome loaded(const std::string& input, const std::string& options = "") {
  return sh("printf '" + input + "' > in; mapctl load m -f in " + options +
            " >/dev/null && mapctl dump m | sort -n");
}

TEST(Load, TakesLinesOfKeyAndValue) {
  make_map();
  EXPECT_THAT(loaded("# a comment\\n1\\t10\\n 2  20 \\n\\n0x3 30 # three\\r\\n4 40"),
              Prints("1\t10\n2\t20\n3\t30\n4\t40\n"));
}

TEST(Load, TakesObjectsWithPutsAndDeletions) {
  make_map();
  sh("mapctl put m 9 1");
  EXPECT_THAT(loaded("{\"key\":1,\"value\":10}\\n\\n{\"op\":\"put\",\"value\":20,\"key\":\"2\"}\\n"
                     "{\"op\":\"del\",\"key\":9}\\n"),
              Prints("1\t10\n2\t20\n"));
}

TEST(Load, DoesPutsAndDeletionsInTheirOrder) {
  make_map();
  EXPECT_THAT(
      loaded("{\"key\":1,\"value\":1}\\n{\"op\":\"del\",\"key\":1}\\n"
             "{\"key\":1,\"value\":2}\\n{\"key\":2,\"value\":2}\\n{\"op\":\"del\",\"key\":2}"),
      Prints("1\t2\n"));
}

TEST(Load, TakesOneArrayOfObjects) {
  make_map();
  EXPECT_THAT(loaded("[\\n {\"key\": 1,\\n \"value\": 10},{\"key\":2,\"value\":20}\\n]\\n"),
              Prints("1\t10\n2\t20\n"));
}

TEST(Load, TakesWhatBpftoolPrints) {
  make_map();
  sh(R"(
    mapctl put m 1 10
    mapctl put m 258 20
    bpftool -j map dump pinned /sys/fs/bpf/m > j
    bpftool -jp map dump pinned /sys/fs/bpf/m > jp)");
  EXPECT_THAT(sh(R"(
    mapctl create n -t hash -k u32 -v u64 -n 9
    mapctl load n -f j >/dev/null
    mapctl dump n | sort -n
    mapctl create o -t hash -k u32 -v u64 -n 9
    mapctl load o -f jp >/dev/null
    mapctl dump o | sort -n)"),
              Prints("1\t10\n258\t20\n1\t10\n258\t20\n"));
}

TEST(Load, TakesWhatBpftoolPrintsOfPerCpuValues) {
  sh("mapctl create m -t percpu_hash -k u32 -v u32 -n 9; mapctl put m 1 5 --cpu 1; mapctl create n "
     "-t "
     "percpu_hash -k u32 -v u32 -n 9");
  EXPECT_THAT(sh("bpftool -j map dump pinned /sys/fs/bpf/m | mapctl load n -f - >/dev/null; mapctl "
                 "get n 1 --cpu "
                 "1"),
              Prints("5\n"));
}

TEST(Load, TakesListsOfPrefixesWithOneValue) {
  sh("mapctl create m -t lpm_trie -k cidr4 -v u8 -n 9");
  EXPECT_THAT(
      loaded("; a list\\n# of networks\\n\\n10.0.0.0/8\\n192.0.2.0/24 ; SBL1\\n198.51.100.7 # x\\n",
             "--value 1"),
      Prints("10.0.0.0/8\t1\n192.0.2.0/24\t1\n198.51.100.7/32\t1\n"));
}

TEST(Load, TakesTablesOfCsvWithTheirColumnsInAnyOrder) {
  sh("mapctl create m -t hash -k u32 -v '{n:u16,name:char[8]}' -n 9");
  EXPECT_THAT(loaded("name,key,n\\n\"a, b\",1,5\\nx,2,6\\n,3,\\n"),
              Prints("1\tn=5,name=\"a, b\"\n2\tn=6,name=x\n3\tn=0,name=\"\"\n"));
}

/// Dumps and reloads a map with a struct and a per-CPU map.
TEST(Load, TakesWhatDumpPrintsInEveryFormat) {
  sh(R"(
    mapctl create a -t hash -k '{a:ipv4,p:be16,s:char[6]}' -v '{n:s32,l:u8[3],t:u16[2]}' -n 9
    mapctl put a 'a=192.0.2.1,p=443,s="x y"' 'n=-1,l=hex:0a0b0c,t=[1,2]'
    mapctl put a 'a=192.0.2.2,p=1,s="#1"' n=7
    mapctl create b -t percpu_array -k u32 -v '{n:u64,s:char[4]}' -n 2
    mapctl put b 0 'n=1,s="a,b"'
    mapctl put b 1 n=3 --cpu 1
    mapctl dump a | sort > a.is
    mapctl dump b > b.is
    cp a.is a2.is)");
  for (const std::string format : {"plain", "csv", "json", "jsonl"}) {
    const Outcome outcome = sh("format=" + format + R"(
      mapctl dump a -o $format > a.in
      mapctl dump b -o $format > b.in
      mapctl create a2 -t hash -k '{a:ipv4,p:be16,s:char[6]}' -v '{n:s32,l:u8[3],t:u16[2]}' -n 9
      mapctl create b2 -t percpu_array -k u32 -v '{n:u64,s:char[4]}' -n 2
      mapctl load a2 -f a.in >/dev/null
      mapctl load b2 -f b.in >/dev/null
      mapctl dump a2 | sort | cmp - a.is
      mapctl dump b2 | cmp - b.is
      mapctl unpin a2 --yes
      mapctl unpin b2 --yes)");
    EXPECT_EQ(outcome.out + outcome.err, "") << format;
  }
}

TEST(Load, WritesNothingWhereALineIsWrong) {
  make_map();
  const Outcome outcome = loaded("1 10\\n2 x\\n3 30\\n0x1ffffffff 1\\n");
  EXPECT_EQ(outcome.exit, 7);
  EXPECT_THAT(outcome.err, HasSubstr("in:2: 'x' is not a number"));
  EXPECT_THAT(outcome.err, HasSubstr("in:4: 0x1ffffffff does not fit u32"));
  EXPECT_THAT(outcome.err, HasSubstr("nothing was written"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST(Load, PassesOverWrongLinesWhereAskedTo) {
  make_map();
  const Outcome outcome = loaded("1 10\\n2 x\\n3 30\\n", "--continue");
  EXPECT_EQ(outcome.exit, 10);
  EXPECT_THAT(sh("mapctl dump m | sort"), Prints("1\t10\n3\t30\n"));
}

TEST(Load, NamesTwentyWrongLinesAndCountsTheRest) {
  make_map();
  const Outcome outcome =
      sh("i=0; while [ $i -lt 25 ]; do echo $i x; i=$((i+1)); done | mapctl load m -f -");
  EXPECT_EQ(outcome.exit, 7);
  EXPECT_THAT(outcome.err, HasSubstr("standard input:20: "));
  EXPECT_THAT(outcome.err, Not(HasSubstr("standard input:21: ")));
  EXPECT_THAT(outcome.err, HasSubstr("5 more are wrong"));
}

TEST(Load, CountsEntriesOfAnArrayOnOneLine) {
  make_map();
  EXPECT_THAT(loaded("[{\"key\":1,\"value\":1},{\"key\":2,\"value\":\"x\"}]"),
              Fails(7, "in:1: entry 2: 'x' is not a number"));
  EXPECT_THAT(loaded("[{\"key\":1,\"value\":1},"), Fails(7, "there is no ']'"));
  EXPECT_THAT(loaded("[{\"key\":1,\"value\":1}"), Fails(7, "there is no ']'"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST(Load, KnowsAnArrayThatBeginsOnALineOfItsOwn) {
  make_map();
  EXPECT_THAT(sh("{ printf '[  \\n'; sleep 0.1; printf "
                 "'{\"key\":1,\"value\":1},\\n{\"key\":2,\"value\":2}]\\n'; } | "
                 "mapctl load m -f - >/dev/null; mapctl count m"),
              Prints("2\n"));
  EXPECT_THAT(loaded("[{\"key\":1,\"value\":1},]"), Fails(7, "in:1: entry 2: an entry is missing"));
  EXPECT_THAT(loaded("[]"), Prints("1\t1\n2\t2\n"));
}

TEST(Load, OfCsvNamesTheLineOfAWrongRow) {
  make_map();
  EXPECT_THAT(loaded("key,value\\n1,2\\n3\\n4,5\\n"), Fails(7, "in:3: the row has 1 cells"));
  EXPECT_THAT(loaded("key,value\\n1,2\\n3,\"x\\n4,5\\n"), Fails(7, "in:3: a quote in this row"));
}

TEST(Load, KeepsManyEntriesOutsideOfItsMemory) {
  sh("mapctl create m -t hash -k u32 -v 'char[1024]' -n 6000");
  EXPECT_THAT(sh(R"(
    i=0
    while [ $i -lt 6000 ]; do echo $i $i; i=$((i+1)); done > in
    mapctl load m -f in -o json
    mapctl diff m in && mapctl get m 0 5999)"),
              Prints("{\"written\":6000,\"deleted\":0}\n0\t0\n5999\t5999\n"));
}

TEST(Load, TellsTheValuesOfCpusApart) {
  sh("mapctl create m -t percpu_array -k u32 -v u32 -n 1");
  EXPECT_THAT(loaded("{\"key\":0,\"values\":[{\"cpu\":0,\"value\":1}]}"),
              Fails(7, "value of CPU 1 is missing"));
  EXPECT_THAT(loaded("{\"key\":0,\"values\":[{\"cpu\":0,\"value\":1},{\"cpu\":0,\"value\":1}]}"),
              Fails(7, "the value of CPU 0 is given twice"));
  EXPECT_THAT(loaded("{\"key\":0,\"values\":[{\"cpu\":0,\"value\":1} x]}"),
              Fails(7, "are no array of"));
  EXPECT_THAT(loaded("{\"key\":0,\"values\":[{\"cpu\":0,\"valu\":1}]}"),
              Fails(7, "\"valu\" is no member"));
}

TEST(Load, OfSeveralMapsRefusesTheSecond) {
  make_map();
  EXPECT_THAT(sh("mapctl create e -t hash -k u32 -v u64 -n 9; mapctl put m 1 1; mapctl save e m | "
                 "mapctl load e -f -"),
              Fails(7, "another map begins here"));
}

TEST(Load, OpensAnObjectOnce) {
  sh("mapctl create i -t hash -k u32 -v u32 -n 4; mapctl create m -t hash_of_maps -k u32 -n 3000 "
     "--inner i");
  EXPECT_THAT(sh(R"(
    ulimit -n 64
    i=0
    while [ $i -lt 300 ]; do echo $i i; i=$((i+1)); done | mapctl load m -f - >/dev/null
    mapctl count m)"),
              Prints("300\n"));
}

TEST(Load, TellsWhatIsWrongWithAnObject) {
  make_map();
  EXPECT_THAT(loaded("{\"key\":1,\"valu\":1}"), Fails(7, "did you mean \"value\"?"));
  EXPECT_THAT(loaded("{\"key\":1}"), Fails(7, "the value is missing"));
  EXPECT_THAT(loaded("{\"value\":1}"), Fails(7, "the \"key\" is missing"));
  EXPECT_THAT(loaded("{\"key\":1,\"key\":1,\"value\":1}"), Fails(7, "\"key\" is given twice"));
  EXPECT_THAT(loaded("{\"key\":1,\"value\":1} 2"), Fails(7, "'2' is left over"));
  EXPECT_THAT(loaded("{\"key\":1,\"value\":1"), Fails(7, "a '}' is missing at the end"));
  EXPECT_THAT(loaded("{\"key\":1,\"op\":\"new\",\"value\":1}"), Fails(7, "\"op\" is"));
  EXPECT_THAT(loaded("{\"key\":1,\"values\":[]}"), Fails(7, "per-CPU map"));
  EXPECT_THAT(loaded("1"), Fails(7, "there is no value after '1'"));
}

TEST(Load, NamesTheEntryThatTheMapDidNotTake) {
  make_map("m", 3);
  const Outcome outcome = loaded("1 1\\n\\n2 2\\n3 3\\n4 4\\n5 5\\n");
  EXPECT_THAT(outcome, Fails(10, "cannot put 4 (in:5) into m: the map is full"));
  EXPECT_THAT(outcome.err, HasSubstr("3 before it were done"));
  EXPECT_THAT(sh("mapctl dump m | sort"), Prints("1\t1\n2\t2\n3\t3\n"));
}

TEST(Load, KeepsCountersThatTheInputDoesNotName) {
  sh("mapctl create m -t hash -k u32 -v '{action:u8,hits:u64@counter}' -n 9; mapctl put m 1 "
     "action=1,hits=5; mapctl put m 2 action=1,hits=6");
  EXPECT_THAT(loaded("1 action=2\\n2 action=2,hits=7\\n3 action=3\\n"),
              Prints("1\taction=2,hits=5\n2\taction=2,hits=7\n3\taction=3,hits=0\n"));
}

TEST(Load, OnlyChecksInADryRun) {
  make_map();
  EXPECT_THAT(sh("echo 1 1 | mapctl load m -f - -n"), Prints("would_write\t1\n"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
  EXPECT_EQ(sh("echo 1 x | mapctl load m -f - -n").exit, 7);
}

TEST(Load, CountsAsJson) {
  make_map();
  EXPECT_THAT(sh("echo 1 1 | mapctl load m -f - -o json"),
              Prints("{\"written\":1,\"deleted\":0}\n"));
  EXPECT_THAT(sh("echo 2 1 | mapctl load m -f -"), Prints("written\t1\ndeleted\t0\n"));
}

TEST(Load, PutsWhatIdsAndPinsName) {
  sh("mapctl create inner -t hash -k u32 -v u32 -n 4; mapctl create m -t array_of_maps -k u32 -n 4 "
     "--inner inner");
  EXPECT_THAT(sh("echo 0 inner | mapctl load m -f - >/dev/null; echo "
                 "'{\"key\":1,\"value\":\"/sys/fs/bpf/inner\"}' | "
                 "mapctl load m -f - >/dev/null; a=$(mapctl get m 0); b=$(mapctl get m 1); [ $a = "
                 "$b ] && echo same"),
              Prints("same\n"));
  EXPECT_THAT(sh("echo 0 nothing | mapctl load m -f -"), Fails(7, "standard input:1: "));
}

TEST(Load, OfAFileThatIsNotThereSaysSo) {
  make_map();
  EXPECT_THAT(sh("mapctl load m -f nowhere"), Fails(3, "cannot read 'nowhere'"));
  EXPECT_THAT(sh("mapctl load m"), Fails(2, "--file is required"));
}

TEST(DelFile, DeletesTheKeysOfAFile) {
  make_map();
  sh("mapctl put m 1 1; mapctl put m 2 2; mapctl put m 3 3");
  EXPECT_THAT(sh("printf '1\\n3 what follows\\n' | mapctl del m -f - -o json"),
              Prints("{\"deleted\":2,\"absent\":0}\n"));
  EXPECT_THAT(sh("mapctl dump m | mapctl del m -f - >/dev/null; mapctl count m"), Prints("0\n"));
}

TEST(DelFile, CountsKeysThatAreNotThere) {
  make_map();
  sh("mapctl put m 1 1");
  EXPECT_THAT(sh("printf '1\\n2\\n3\\n' | mapctl del m -f - >/dev/null"),
              Fails(1, "not in m: 2 (standard input:2), 3 (standard input:3)"));
  EXPECT_EQ(sh("echo 1 | mapctl del m -f - --missing-ok").exit, 0);
  EXPECT_THAT(sh("echo x | mapctl del m -f -"), Fails(7, "standard input:1: 'x' is not a number"));
  EXPECT_THAT(sh("mapctl del m"), Fails(2, "there is no key to delete"));
}

TEST(Load, TakesKeysThatLookLikeComments) {
  sh("mapctl create m -t hash -k 'char[8]' -v u32 -n 9; mapctl put m '\";a\"' 1; mapctl put m "
     "'\"#b\"' 2");
  EXPECT_THAT(sh("mapctl dump m | mapctl sync m -f - --prune -o json"),
              Prints("{\"added\":0,\"changed\":0,\"deleted\":0,\"unchanged\":2,\"extra\":0,"
                     "\"modified\":false}\n"));
}

TEST(Load, TakesStructsInCellsOfCsv) {
  sh("mapctl create m -t percpu_hash -k u32 -v '{a:{b:u32},c:u32}' -n 9; mapctl put m 1 "
     "'a={b=1},c=2'");
  EXPECT_THAT(sh("mapctl dump m -o csv | mapctl load m -f - >/dev/null; mapctl get m 1 --cpu 0"),
              Prints("a={b=1},c=2\n"));
}

TEST(Load, TakesBytesOfEveryCpuOfAnArray) {
  sh("mapctl create m -t percpu_hash -k u32 -v 'u32[2]' -n 9; mapctl put m 1 '[1,2]'; mapctl put m "
     "1 [3,4] --cpu 1");
  for (const std::string format : {"plain", "jsonl"})
    EXPECT_THAT(sh("mapctl dump m --hex -o " + format +
                   " | mapctl load m -f - >/dev/null; mapctl get m 1 --cpu 1"),
                Prints("[3,4]\n"));
}

TEST(Load, OfAnLruMapSaysWhatItDropped) {
  sh("mapctl create m -t lru_hash -k u32 -v u32 -n 100");
  const Outcome outcome =
      sh("i=0; while [ $i -lt 300 ]; do echo $i 1; i=$((i+1)); done | mapctl load m -f -");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, HasSubstr("drops entries to make room: of 300 it holds "));
}

TEST(Load, RefusesAFrozenMapEvenIfThereIsNothingToWrite) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 9; mapctl freeze m --yes");
  for (const char* verb : {"load", "load -n", "sync", "sync -n", "del", "del -n"})
    EXPECT_THAT(sh(std::string{"mapctl "} + verb + " m -f /dev/null"),
                Fails(6, "the map is frozen"))
        << verb;
}

TEST(Load, ChecksForThoseWhoMayOnlyRead) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 9 --mode 0444");
  const std::string nobody = "setpriv --reuid 65534 --clear-groups ";
  EXPECT_THAT(sh("echo 1 1 > in; chmod 644 in; " + nobody +
                 "mapctl load m -f in -n --key-as u32 --value-as u32"),
              Prints("would_write\t1\n"));
  EXPECT_THAT(sh("mapctl freeze m --yes; mapctl load m -f in -n"), Fails(6, "the map is frozen"));
}

TEST(Load, RefusesBrokenJsonInMembersThatItDoesNotUse) {
  sh("mapctl create m -t hash -k u32 -v u32 -m 4");
  EXPECT_THAT(sh("echo '[{\"key\":1,\"value\":2,\"formatted\":{\"ke:1\"y}}]' | mapctl load m -f -"),
              Fails(7, "\"formatted\" is no JSON"));
}

}  // namespace
}  // namespace mapctl::test
