// restore creates the saved map as a whole or not at all.

#include <fstream>
#include <list>
#include <nlohmann/json.hpp>

#include "mapctl/map.hpp"
#include "mapctl/text/type_text.hpp"
#include "support/rounds.hpp"
#include "support/sandbox.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

/// Provides a small, empty directory /run.
class Restore : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(sh("mount -t tmpfs -o size=512k tmp /run"), IsSilent()); }
};

/// How many maps the process has open.
int maps_open_in(pid_t pid) {
  return std::stoi(sh("ls -l /proc/" + std::to_string(pid) + "/fd | grep -c bpf-map").out);
}

Outcome in_directory(const std::string& line) { return sh("cd /run; " + line); }

/// Saves m, restores it as n, and returns the differences.
std::string lost(const std::string& save = "mapctl save m -f x --counters") {
  const Outcome restored = in_directory(save + "; mapctl restore n -f x >/dev/null");
  EXPECT_THAT(restored, IsSilent());
  const char* const shown =
      "mapctl show $map -o json | jq -c '[.type,.flags,.key_size,.value_size,.max_entries,.frozen,"
      ".key,.value,.name]'; mapctl save $map --counters | tail -n +2 | sort";
  return in_directory(std::string{"for map in m n; do { "} + shown + "; } >$map; done; cmp m n")
      .out;
}

TEST_F(Restore, OfAHashIsTheSameMap) {
  sh("mapctl create m -t hash -k '{a:ipv4,port:be16,name:char[6]}' -v "
     "'struct v{act:enum{DROP=1},n:u64@counter,secret:u8@hidden,lock:bpf_spin_lock}' -n 100 "
     "--flags no_prealloc; mapctl put m a=10.0.0.1,port=443,name='x y' act=drop,n=7; mapctl put m "
     "a=10.0.0.2,port=80,name=\\\"\\\" act=drop");
  EXPECT_EQ(lost(), "");
}

TEST_F(Restore, OfEveryTypeThatCanBeSavedIsTheSameMap) {
  const char* const maps[] = {
      "-t array -k u32 -v '{a:u8,b@1:u32}@5' -n 3; mapctl put m 1 a=1,b=2",
      "-t percpu_hash -k u64 -v u32 -n 9; mapctl put m 3 4; mapctl put m 3 7 --cpu 1",
      "-t percpu_array -k u32 -v u64 -n 2; mapctl put m 1 4",
      "-t lru_hash -k 3 -v 5 -n 64; mapctl put m hex:010203 hex:0102030405",
      "-t lpm_trie -k cidr6 -v u32 -n 8; mapctl put m 2001:db8::/32 7; mapctl put m ::/0 8",
      "-t lpm_trie -k cidr -v u32 -n 8; mapctl put m 2001:db8::/32 7; mapctl put m 10.0.0.0/8 8",
      "-t hash -k ip -v int -n 8; mapctl put m 2001:db8::1 7; mapctl put m 10.0.0.1 -8",
      "-t lpm_trie -k 8 -v 4 -n 8; mapctl put m 10.0.0.0/8 7",
      "-t cpumap -k u32 -v 8 -n 1; mapctl put m 0 64",
      "-t devmap_hash -k u32 -v 8 -n 4; mapctl put m 9 lo",
      "-t hash -k u32 -v '{a:u8,b:u16}' -n 4; mapctl put m 1 a=1,b=2; mapctl freeze m --yes"};
  for (const char* map : maps) {
    sh("mapctl unpin m --yes; mapctl unpin n --yes");
    sh(std::string{"mapctl create m "} + map);
    EXPECT_EQ(lost(), "") << map;
  }
}

TEST_F(Restore, KeepsRuleTextsOfTheFilter) {
  sh("mapctl filter load lo --mode skb; mapctl put filter_map 'tcp/22 from 10.0.0.0/8' drop; "
     "mapctl "
     "put filter_map default pass; mapctl put filter_map 'udp from 2001:db8::/32' drop,list=7");
  EXPECT_THAT(in_directory("mapctl save filter_map -f x; mapctl restore copy -f x"),
              Prints("restored\t1\nentries\t3\n"));
  EXPECT_THAT(sh("mapctl put copy 'tcp/443 from ::1' drop"), IsSilent());
  EXPECT_THAT(sh("mapctl get copy 'tcp/22 from 10.0.0.0/8'"),
              Prints("action=drop,list=0,packets=0,bytes=0\n"));
  EXPECT_THAT(sh("mapctl dump copy | sort | cut -f 1"),
              Prints("default\ntcp/22 from 10.0.0.0/8\ntcp/443 from ::1/128\n"
                     "udp from 2001:db8::/32\n"));
}

TEST_F(Restore, PinsAgainWhereTheMapWas) {
  sh(R"(
    mkdir /sys/fs/bpf/d
    mapctl create m -t hash -k u32 -v u32 -n 4
    mapctl put m 1 2
    mapctl pin m /sys/fs/bpf/d/again
    mapctl create /sys/fs/bpf/d/b -t array -k u32 -v u32 -n 1)");
  in_directory("mapctl save --all -f x; rm -r /sys/fs/bpf/d /sys/fs/bpf/m");
  EXPECT_THAT(in_directory("mapctl restore -f x -o json"),
              Prints("{\"restored\":2,\"entries\":2}\n"));
  EXPECT_THAT(sh("mapctl get m 1; mapctl get /sys/fs/bpf/d/again 1; mapctl get /sys/fs/bpf/d/b 0"),
              Prints("2\n2\n0\n"));
  EXPECT_THAT(in_directory("mapctl restore other -f x"), Fails(2, "holds several maps"));
}

TEST_F(Restore, GrowsTheMap) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 2; mapctl put m 1 1; mapctl put m 2 2");
  in_directory("mapctl save m -f x");
  EXPECT_THAT(in_directory("mapctl restore n -f x --max-entries 1"), Fails(5, "--max-entries N"));
  EXPECT_THAT(sh("test ! -e /sys/fs/bpf/n"), IsSilent());
  EXPECT_THAT(in_directory("mapctl restore n -f x --max-entries 8"),
              Prints("restored\t1\nentries\t2\n"));
  EXPECT_THAT(sh("mapctl show n -o json | jq .max_entries"), Prints("8\n"));
}

TEST_F(Restore, TakesThePlaceOfAMapOnlyIfThatIsWanted) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4 --mode 0640; mapctl put m 1 1");
  in_directory("mapctl save m -f x; mapctl put m 2 2");
  EXPECT_THAT(in_directory("mapctl restore -f x"), Fails(1, "something is pinned there already"));
  EXPECT_THAT(in_directory("mapctl restore -f x"), Fails(1, "--replace"));
  EXPECT_THAT(sh("mapctl count m"), Prints("2\n"));
  sh("mapctl create /sys/fs/bpf/m__replacing -t array -k u32 -v u32 -n 1");  // the user's own
  EXPECT_THAT(in_directory("mapctl restore -f x --replace"), Prints("restored\t1\nentries\t1\n"));
  EXPECT_THAT(
      sh("mapctl count m; ls /sys/fs/bpf | grep -v debug; ls -l /sys/fs/bpf/m | cut -c 1-10"),
      Prints("1\nm\nm__replacing\n-rw-r-----\n"));
}

/// Whoever succeeds was in place, and the last one stays.
TEST_F(Restore, SeveralAtOnceReplaceEachOther) {
  sh("mapctl create m -t array -k u32 -v u32 -n 1");
  in_directory("mapctl save m -f x");
  for (int round = 0; round < rounds(25); ++round) {
    std::list<Background> runs;
    for (int size = 2; size < 8; ++size)
      runs.emplace_back("cd /run; exec mapctl restore -f x --replace -m " + std::to_string(size));
    for (Background& run : runs) {
      const Outcome outcome = run.outcome();
      ASSERT_EQ(outcome.exit, 0) << outcome;
    }
    ASSERT_THAT(sh("ls /sys/fs/bpf | grep -v debug"), Prints("m\n"));
    ASSERT_GT(Map::open(bpffs / "m").info().max_entries, 1U);
  }
}

/// The input does not end before another map is pinned there.
TEST_F(Restore, SaysThatItReplacedAnotherMapThanWasThere) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4; mkfifo /run/fifo");
  in_directory("mapctl save m -f x");
  Background restore("exec mapctl restore -f /run/fifo --replace");
  std::ofstream fifo("/run/fifo");
  fifo << std::ifstream("/run/x").rdbuf() << std::flush;
  while (restore.is_running() && maps_open_in(restore.pid()) == 0) continue;
  sh("mapctl unpin m --yes; mapctl create m -t hash -k u32 -v u32 -n 5");
  fifo.close();
  const Outcome outcome = restore.outcome();
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, HasSubstr("pinned at /sys/fs/bpf/m had been replaced meanwhile"));
}

TEST_F(Restore, NamesTheProgramsThatGoOnWithTheOldMap) {
  sh("mapctl filter load lo --mode skb");
  const Outcome replaced =
      in_directory("mapctl save filter_map -f x; mapctl restore -f x --replace");
  EXPECT_EQ(replaced.exit, 0);
  EXPECT_THAT(replaced.err, HasSubstr("go on with it until they are loaded again: "));
}

TEST_F(Restore, OfAFileThatWasCutPinsNothing) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4; mapctl put m 1 1; mapctl put m 2 2");
  in_directory("mapctl save m -f x; head -n 2 x >short; head -c -3 x >torn");
  EXPECT_THAT(in_directory("mapctl restore n -f short"),
              Fails(7, "says that 2 entries follow, and there are 1"));
  EXPECT_THAT(in_directory("mapctl restore n -f torn"), Fails(7, "torn:3: "));
  EXPECT_THAT(in_directory("mapctl restore n -f short --dry-run"), Fails(7, "entries follow"));
  EXPECT_THAT(in_directory("mapctl load m -f short"), Fails(7, "entries follow"));
  EXPECT_THAT(sh("ls /sys/fs/bpf | grep -v debug"), Prints("m\n"));
}

TEST_F(Restore, ChecksAllMapsBeforeItPinsTheFirst) {
  sh(R"(
    mapctl create a -t hash -k u32 -v u32 -n 4
    mapctl create b -t hash -k u32 -v u8 -n 4
    mapctl put a 1 1
    mapctl put b 1 1)");
  in_directory("mapctl save a b | sed 's/\"value\":1}/\"value\":300}/' >x; rm /sys/fs/bpf/[ab]");
  const Outcome bad = in_directory("mapctl restore -f x");
  EXPECT_THAT(bad, Fails(7, "x:4: "));
  EXPECT_THAT(bad.err, HasSubstr("nothing was restored"));
  EXPECT_THAT(sh("ls /sys/fs/bpf | grep -v debug || :"), Prints(""));
}

TEST_F(Restore, CallsStandardInputByItsName) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4; mapctl put m 1 1");
  EXPECT_THAT(sh("mapctl save m | sed 's/1}$/x}/' | mapctl restore n -f -").err,
              HasSubstr("because standard input is wrong"));
}

TEST_F(Restore, ReadsFromAPipeAndOnlyChecksIfThatIsWanted) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4; mapctl put m 1 1");
  EXPECT_THAT(sh("mapctl save m | mapctl restore n -f - --dry-run"),
              Prints("would_restore\t1\nentries\t1\n"));
  EXPECT_THAT(sh("test ! -e /sys/fs/bpf/n"), IsSilent());
  EXPECT_THAT(sh("mapctl save m | mapctl restore n -f -; mapctl get n 1"),
              Prints("restored\t1\nentries\t1\n1\n"));
}

TEST_F(Restore, RefusesWhatMakesNoMap) {
  EXPECT_THAT(sh("echo '1 2' | mapctl restore n -f -"), Fails(7, "has no header"));
  EXPECT_THAT(sh("echo '{\"mapctl\":2}' | mapctl restore n -f -"), Fails(7, "version 2"));
  EXPECT_THAT(sh("echo '{\"mapctl\":1,\"map\":{\"type\":\"hash\"}}' | mapctl restore n -f -"),
              Fails(7, ""));
  EXPECT_THAT(sh("mapctl restore n -f /nonexist"), Fails(3, "/nonexist"));
  sh("mapctl create m -t hash -k u32 -v u32 -n 4");
  EXPECT_THAT(sh("mapctl save m | mapctl restore /tmp/n -f -"), Fails(3, "BPF filesystem"));
  EXPECT_THAT(sh("mapctl save m | sed 's/,\"pinned.*]//' | mapctl restore -f -"),
              Fails(2, "nothing says where to pin"));
}

TEST_F(Restore, PutsMapsIntoAMapByTheirPins) {
  sh("mapctl create in -t hash -k u32 -v u64 -n 8; mapctl create m -t hash_of_maps -k u32 -v 4 -n "
     "4 "
     "--inner in; mapctl put m 3 in");
  EXPECT_THAT(in_directory("mapctl save m -f x; mapctl restore n -f x"),
              Prints("restored\t1\nentries\t1\n"));
  EXPECT_THAT(sh("test \"$(mapctl get n 3)\" = \"$(mapctl get m 3)\""), IsSilent());
}

/// True if index 0 of the map `out` holds the map pinned at `in`.
const char* const holds_in =
    "test $(mapctl get out 0) = $(mapctl show in -o json | jq .id); mapctl get in 1";

void make_linked_maps() {
  sh("mapctl create a -t hash -k u32 -v u64 -n 8; mapctl create out -t array_of_maps -n 1 --inner "
     "a; mapctl create in -t hash -k u32 -v u64 -n 8; mapctl put in 1 7; mapctl put out 0 in");
}

TEST_F(Restore, LinksTheMapsOfOneFile) {
  make_linked_maps();
  in_directory("mapctl save --all -f x; rm /sys/fs/bpf/a /sys/fs/bpf/in /sys/fs/bpf/out");
  EXPECT_THAT(in_directory("mapctl restore -f x"), Prints("restored\t3\nentries\t2\n"));
  EXPECT_THAT(sh(holds_in), Prints("7\n"));
  EXPECT_THAT(in_directory("mapctl del in 1; mapctl restore -f x --replace"),
              Prints("restored\t3\nentries\t2\n"));
  EXPECT_THAT(sh(holds_in), Prints("7\n"));
}

TEST_F(Restore, RefusesAMapThatComesAfterItsHolder) {
  make_linked_maps();
  EXPECT_THAT(in_directory("mapctl save out in -f x; mapctl restore -f x --replace"),
              Fails(7, "has the map of /sys/fs/bpf/in after a map that holds it"));
  EXPECT_THAT(sh(holds_in), Prints("7\n"));
}

TEST_F(Restore, RefusesTwoMapsInOnePlace) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4; mapctl put m 1 1");
  in_directory("mapctl save m m -f x; mapctl put m 2 2");
  EXPECT_THAT(in_directory("mapctl restore -f x --replace"),
              Fails(7, "has two maps that were pinned at /sys/fs/bpf/m"));
  EXPECT_THAT(sh("mapctl count m"), Prints("2\n"));
}

/// The last pin fails because its name is too long.
TEST_F(Restore, PutsTheOldMapsBackWhereNotAllCanBePinned) {
  sh("mapctl create a -t hash -k u32 -v u32 -n 4 --mode 0640; mapctl create b -t hash -k u32 -v "
     "u32 -n 4; mapctl create c -t hash -k u32 -v u32 -n 4");
  in_directory(
      "mapctl save a b c | sed \"s@bpf/b@bpf/new/b@; s@bpf/c@bpf/$(printf %0256d 1)@\" >x");
  sh("mapctl unpin b --yes; mapctl unpin c --yes; mapctl put a 1 1");
  EXPECT_THAT(in_directory("mapctl restore -f x --replace"), Fails(2, "at most 255 characters"));
  EXPECT_THAT(sh("mapctl get a 1; ls /sys/fs/bpf | grep -v debug; ls -l /sys/fs/bpf/a | cut -c "
                 "1-10"),
              Prints("1\na\n-rw-r-----\n"));
}

TEST_F(Restore, MakesNoDirectoriesOutsideABpffs) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4");
  const auto restored_at = [](const std::string& place) {
    return sh("mapctl save m | sed 's@/sys/fs/bpf/m@" + place + "@' | mapctl restore -f -");
  };
  EXPECT_THAT(restored_at("/run/a/b"), Fails(3, "BPF filesystem"));
  EXPECT_THAT(restored_at("/sys/fs/bpf/no/../../../../run/a/b"), Fails(3, "BPF filesystem"));
  EXPECT_THAT(sh("ls -A /run"), IsSilent());
  EXPECT_THAT(restored_at("/sys/fs/bpf/d/e/f"), Prints("restored\t1\nentries\t0\n"));
  EXPECT_THAT(sh("mapctl count /sys/fs/bpf/d/e/f"), Prints("0\n"));
}

TEST_F(Restore, OfAnLruMapSaysWhatItDropped) {
  sh("mapctl create m -t lru_hash -k u32 -v u32 -n 1000");
  sh("i=0; while [ $i -lt 300 ]; do echo $i 1; i=$((i+1)); done | mapctl load m -f -; mapctl save "
     "m -f f");
  const Outcome outcome = sh("mapctl restore /sys/fs/bpf/n -f f --max-entries 100");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_NE(outcome.err.find("drops entries to make room: of 300 it holds "), std::string::npos);
}

}  // namespace
}  // namespace mapctl::test
