// drain and clear: entries that leave a map are printed, put back or reported.

#include <optional>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A map with that many entries; the value of N is N, or `before` followed by N.
void make_full(const std::string& options, int entries, const std::string& name = "m",
               const std::string& before = "") {
  sh("mapctl create " + name + " " + options + "; i=0; while [ $i -lt " + std::to_string(entries) +
     " ]; do echo put " + name + " $i " + before +
     "$i; i=$((i+1)); done >b.$$; mapctl batch b.$$; rm b.$$");
}

TEST(Drain, PrintsWhatLeavesTheMap) {
  make_full("-t hash -k u32 -v u64 -n 600", 600);
  const Outcome all = sh("mapctl drain m --yes | sort -n | md5sum; mapctl count m");
  EXPECT_EQ(all.out,
            sh("i=0; while [ $i -lt 600 ]; do printf '%d\\t%d\\n' $i $i; i=$((i+1)); done | "
               "md5sum; echo 0")
                .out);
  EXPECT_TRUE(all.err.empty());
  EXPECT_THAT(sh("mapctl drain m --yes"), IsSilent());
}

TEST(Drain, TakesTriesQueuesAndStacksInTheirOrder) {
  sh(R"(
    mapctl create l -t lpm_trie -k cidr4 -v u32 -n 9
    mapctl put l 10.0.0.0/8 1
    mapctl put l 10.1.0.0/16 2
    mapctl create q -t queue -v 4 -n 4
    mapctl push q 1 2 3
    mapctl create s -t stack -v 4 -n 4
    mapctl push s 1 2 3)");
  EXPECT_EQ(sh("mapctl drain l --yes | sort; mapctl count l").out,
            "10.0.0.0/8\t1\n10.1.0.0/16\t2\n0\n");
  EXPECT_THAT(sh("mapctl drain q --yes"), Prints("1\n2\n3\n"));
  EXPECT_THAT(sh("mapctl drain s --yes"), Prints("3\n2\n1\n"));
  EXPECT_THAT(sh("mapctl drain q --yes -o json"), Prints("[]\n"));
}

TEST(Drain, AsksFirst) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4; mapctl put m 1 1");
  EXPECT_THAT(sh("mapctl drain m </dev/null"), Fails(2, "add --yes"));
  EXPECT_THAT(sh("mapctl clear m </dev/null"), Fails(2, "add --yes"));
  EXPECT_THAT(sh("mapctl count m"), Prints("1\n"));
}

TEST(Drain, PutsBackWhatCannotBeWritten) {
  make_full("-t hash -k u32 -v u64 -n 600", 600);
  for (const char* format : {"plain", "table", "json", "jsonl", "csv"}) {
    EXPECT_THAT(sh(std::string{"mapctl drain m --yes >/dev/full -o "} + format),
                Fails(9, "No space left"))
        << format;
    EXPECT_THAT(sh("mapctl count m"), Prints("600\n")) << format;
  }
  EXPECT_THAT(sh("mapctl drain m --yes >/dev/full"),
              Fails(9, "600 entries that could not be written were put back into m"));
}

TEST(Drain, PutsQueuesAndStacksBackAsNearAsPossible) {
  sh("mapctl create q -t queue -v 4 -n 4; mapctl push q 1 2 3; "
     "mapctl create s -t stack -v 4 -n 4; mapctl push s 1 2 3");
  EXPECT_THAT(sh("mapctl drain q --yes >/dev/full"), Fails(9, "at the end of the queue"));
  EXPECT_EQ(sh("mapctl drain s --yes >/dev/full").exit, 9);
  EXPECT_THAT(sh("mapctl pop q -c 4"), Prints("1\n2\n3\n"));
  EXPECT_THAT(sh("mapctl pop s -c 4"), Prints("3\n2\n1\n"));
}

/// The file is limited to 1024 bytes, so the write is truncated in the middle of a row.
TEST(Drain, LosesNothingWhereAWriteIsCutShort) {
  make_full("-t hash -k u32 -v u64 -n 600", 600);
  for (const char* format : {"plain", "jsonl", "csv"}) {
    const Outcome cut =
        sh(std::string{"trap '' XFSZ; ulimit -f 2; mapctl drain m --yes >part.$$ -o "} + format +
           "; s=$?; mapctl count m; grep -c . part.$$; rm part.$$; exit $s");
    int in_map = 0;
    int in_file = 0;
    ASSERT_EQ(std::sscanf(cut.out.c_str(), "%d %d", &in_map, &in_file), 2) << cut;
    EXPECT_GE(in_map + in_file, 600) << cut;
    EXPECT_LE(in_map, 600) << cut;
    EXPECT_GT(in_file, 10);
    EXPECT_THAT(cut.err, HasSubstr("put back into m; some of them may have been printed"));
    sh("mapctl clear m --yes; i=0; while [ $i -lt 600 ]; do echo put m $i $i; i=$((i+1)); done "
       ">b.$$; mapctl batch b.$$; rm b.$$");
  }
}

TEST(Drain, IntoAClosedPipePutsBackQuietly) {
  make_full("-t hash -k u32 -v u64 -n 600", 600);
  const Outcome outcome =
      sh("{ mapctl drain m --yes; echo $? >s.$$; } | true; cat s.$$; rm s.$$; mapctl count m");
  // `true` may end after everything was written to the pipe: then every entry is delivered.
  EXPECT_TRUE(outcome.out == "141\n600\n" || outcome.out == "0\n0\n") << outcome;
}

TEST(Drain, RefusesWhatItsTextCannotBringBack) {
  sh(R"(
    mapctl create in -t hash -k u32 -v u32 -n 1
    mapctl create a -t array -k u32 -v u32 -n 4
    mapctl create o -t hash_of_maps -k u32 -v 4 -n 4 --inner in
    mapctl put o 1 in
    mapctl create p -t prog_array -k 4 -v 4 -n 2
    mapctl create s -t sockhash -k 4 -v 8 -n 2)");
  EXPECT_THAT(sh("mapctl drain o --yes"), Fails(6, "it holds maps"));
  EXPECT_THAT(sh("mapctl drain p --yes"), Fails(6, "it holds programs"));
  EXPECT_THAT(sh("mapctl drain s --yes"), Fails(6, "it holds sockets"));
  EXPECT_THAT(sh("mapctl drain a --yes"), Fails(6, "arrays cannot be drained"));
  EXPECT_THAT(sh("mapctl create x -t xskmap -n 2; mapctl drain x --yes"),
              Fails(6, "XSK maps cannot be read"));
  EXPECT_EQ(sh("mapctl count o").out, "1\n");
}

TEST(Drain, OfAFrozenMapTakesNothing) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 4; mapctl put m 1 1; mapctl freeze m --yes");
  EXPECT_THAT(sh("mapctl drain m --yes"), Fails(6, "the map is frozen"));
  EXPECT_THAT(sh("mapctl clear m --yes"), Fails(6, "cannot clear m: the map is frozen"));
  EXPECT_THAT(sh("mapctl count m"), Prints("1\n"));
}

/// A drain that has taken all entries and cannot write them: the pipe holds less than the map, and
/// its only reader never reads.
class StuckDrain {
 public:
  StuckDrain() {
    make_full("-t hash -k u32 -v '{n:u64,pad:char[256]}' -n 600", 600, "m", "n=");
    sh("rm -f /tmp/fifo.drain; mkfifo /tmp/fifo.drain");
    reader_.emplace("exec sleep 1000 </tmp/fifo.drain");
    drain_.emplace("exec mapctl drain m --yes --hex >/tmp/fifo.drain");
    while (drain_->is_running() && sh("mapctl count m").out != "0\n") continue;
  }
  ~StuckDrain() { sh("rm /tmp/fifo.drain"); }

  Outcome interrupt() { return drain_->interrupt(); }

 private:
  std::optional<Background> reader_;
  std::optional<Background> drain_;
};

TEST(Drain, StoppedWhileNobodyReadsPutsBack) {
  StuckDrain drain;
  const Outcome outcome = drain.interrupt();
  EXPECT_EQ(outcome.exit, 130) << outcome;
  EXPECT_THAT(outcome.err, HasSubstr("put back into m"));
  EXPECT_NE(sh("mapctl count m").out, "0\n");
}

TEST(Drain, NeverOverwritesWhatCameBack) {
  StuckDrain drain;
  sh("i=0; while [ $i -lt 600 ]; do echo put m $i n=7; i=$((i+1)); done >b.$$; "
     "mapctl batch b.$$; rm b.$$");
  const Outcome outcome = drain.interrupt();
  EXPECT_EQ(outcome.exit, 130);
  EXPECT_THAT(outcome.err, HasSubstr("was taken out of m and not put back: that key came back "
                                     "meanwhile"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("could not be written")));
  EXPECT_THAT(sh("mapctl dump m | cut -f 2 | sort -u"), Prints("n=7,pad=\"\"\n"));
}

TEST(Clear, DeletesAllEntries) {
  make_full("-t hash -k u32 -v u64 -n 600", 600);
  EXPECT_EQ(sh("mapctl clear m --dry-run").err,
            "mapctl: note: a dry run: 600 entries of m would be deleted\n");
  EXPECT_THAT(sh("mapctl clear m --yes -o json"), Prints("{\"deleted\":600}\n"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
  EXPECT_THAT(sh("mapctl clear m --yes"), Prints("deleted\t0\n"));
}

TEST(Clear, TakesTriesQueuesAndSlots) {
  sh(R"(
    mapctl create l -t lpm_trie -k cidr4 -v u32 -n 9
    mapctl put l 10.0.0.0/8 1
    mapctl put l 10.1.0.0/16 2
    mapctl create q -t queue -v 4 -n 4
    mapctl push q 1 2 3
    mapctl create in -t hash -k u32 -v u32 -n 1
    mapctl create o -t array_of_maps -k u32 -v 4 -n 4 --inner in
    mapctl put o 1 in
    mapctl create x -t xskmap -k 4 -v 4 -n 4
    mapctl create d -t devmap -k 4 -v 4 -n 4
    mapctl put d 1 lo)");
  EXPECT_THAT(sh("mapctl clear l --yes -o json"), Prints("{\"deleted\":2}\n"));
  EXPECT_THAT(sh("mapctl clear q --yes -o json"), Prints("{\"deleted\":3}\n"));
  EXPECT_EQ(sh("mapctl clear o --dry-run -o json").out, "{\"would_delete\":1}\n");
  EXPECT_THAT(sh("mapctl clear o --yes -o json"), Prints("{\"deleted\":1}\n"));
  EXPECT_THAT(sh("mapctl clear d --yes -o json"), Prints("{\"deleted\":1}\n"));
  EXPECT_THAT(sh("mapctl clear x --yes -o json"), Prints("{\"deleted\":null}\n"));
  EXPECT_THAT(sh("mapctl clear q --dry-run"), Fails(6, "by taking them out"));
}

TEST(Clear, SetsArraysToZero) {
  sh(R"(
    mapctl create a -t array -k u32 -v u32 -n 3
    mapctl put a 1 7
    mapctl create c -t percpu_array -k u32 -v u16 -n 2
    mapctl put c 1 7
    mapctl create f -t array -k u32 -v u64 -n 100 --flags mmapable
    mapctl put f 99 7)");
  EXPECT_THAT(sh("mapctl clear a </dev/null"), Fails(2, "each of the 3 is set to 0"));
  EXPECT_EQ(sh("mapctl clear a --dry-run -o json").out, "{\"would_zero\":3}\n");
  EXPECT_THAT(sh("mapctl clear a --yes -o json"), Prints("{\"zeroed\":3}\n"));
  EXPECT_THAT(sh("mapctl clear c --yes"), Prints("zeroed\t2\n"));
  EXPECT_THAT(sh("mapctl clear f --yes"), Prints("zeroed\t100\n"));
  EXPECT_THAT(sh("mapctl dump a"), Prints("0\t0\n1\t0\n2\t0\n"));
  EXPECT_THAT(sh("mapctl get c 1 --sum"), Prints("0\n"));
  EXPECT_THAT(sh("mapctl get f 99"), Prints("0\n"));
}

/// Interrupts the command during its last bpf() call; `fill` creates and fills m. The leak
/// sanitizer cannot work under strace.
Outcome interrupted_at_the_end(const std::string& fill, const std::string& command) {
  return sh("export ASAN_OPTIONS=detect_leaks=0; refill() { mapctl unpin m --yes; " + fill +
            "; }; refill 2>/dev/null; strace -o t.$$ -e trace=bpf " + command +
            " >/dev/null; calls=$(grep -c '^bpf' t.$$); rm t.$$; refill; strace -o /dev/null -e "
            "trace=bpf "
            "-e inject=bpf:signal=INT:when=$calls " +
            command);
}

TEST(Clear, IsDoneWhereAnInterruptComesTooLate) {
  const char* const array = "mapctl create m -t array -k u32 -v u32 -n 3";
  const char* const queue = "mapctl create m -t queue -v 4 -n 4; mapctl push m 1 2 3";
  EXPECT_THAT(interrupted_at_the_end(array, "mapctl clear m --yes -o json"),
              Prints("{\"zeroed\":3}\n"));
  EXPECT_THAT(interrupted_at_the_end(queue, "mapctl clear m --yes -o json"),
              Prints("{\"deleted\":3}\n"));
  EXPECT_THAT(interrupted_at_the_end(queue, "mapctl drain m --yes"), Prints("1\n2\n3\n"));
}

TEST(Clear, RefusesWhatKeepsItsEntries) {
  sh("mapctl create b -t bloom_filter -v u32 -n 100; mapctl create r -t ringbuf -n 4096");
  EXPECT_THAT(sh("mapctl clear b --yes"), Fails(6, "cannot be deleted"));
  EXPECT_THAT(sh("mapctl clear r --yes"), Fails(6, "cannot clear r"));
}

}  // namespace
}  // namespace mapctl::test
