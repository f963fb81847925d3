// save: what it writes, where, and which maps it refuses.

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "mapctl/map.hpp"
#include "support/sandbox.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// Provides a small, empty directory /run.
class Save : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(sh("mount -t tmpfs -o size=256k tmp /run"), IsSilent()); }
};

class SaveAll : public Save {};

Outcome in_directory(const std::string& line) { return sh("cd /run; " + line); }

void make_counters() {
  sh("mapctl create m -t hash -k ipv4 -v '{action:enum{DROP=1,PASS=2},hits:u64@counter}' -n 8; "
     "mapctl put m 10.0.0.1 action=drop,hits=5");
}

/// The descriptor of a program that does nothing.
int load_program(const char* name) {
  bpf_insn pass[2]{};
  pass[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  pass[1].code = BPF_JMP | BPF_EXIT;
  return bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, name, "GPL", pass, 2, nullptr);
}

const std::string counters_header =
    R"({"mapctl":1,"map":{"name":"m","type":"hash","key_size":4,"value_size":16,"max_entries":8,)"
    R"("flags":[],"key":"ipv4","value":"{action:enum{DROP=1,PASS=2},hits:u64@counter}",)"
    R"("pinned":["/sys/fs/bpf/m"]}})"
    "\n";

TEST_F(Save, PrintsAHeaderAndTheEntriesWithoutCounters) {
  make_counters();
  const std::string entry = R"({"key":"10.0.0.1","value":{"action":"drop"}})";
  EXPECT_THAT(sh("mapctl save m"), Prints(counters_header + entry + "\n"));
  EXPECT_THAT(sh("mapctl save m -o jsonl -f -"), Prints(counters_header + entry + "\n"));
  EXPECT_THAT(sh("mapctl save m --counters | tail -n 1"),
              Prints(R"({"key":"10.0.0.1","value":{"action":"drop","hits":5}})"
                     "\n"));
}

TEST_F(Save, PrintsOtherFormatsWithoutAHeader) {
  make_counters();
  EXPECT_THAT(sh("mapctl save m -o plain"), Prints("10.0.0.1\taction=drop\n"));
  EXPECT_THAT(sh("mapctl save m -o csv"), Prints("key,action\n10.0.0.1,drop\n"));
  EXPECT_EQ(json::parse(sh("mapctl save m -o json").out),
            json::parse(R"([{"key":"10.0.0.1","value":{"action":"drop"}}])"));
  EXPECT_THAT(sh("mapctl save m -o table"), Fails(2, "a table is for people"));
}

TEST_F(Save, WritesFilesThatLoadReadsInEveryFormat) {
  make_counters();
  for (const std::string format : {"jsonl", "json", "csv", "plain"}) {
    const Outcome outcome = in_directory(
        "mapctl save m -o " + format +
        " --counters -f x >/dev/null; mapctl clear m --yes >/dev/null; mapctl load m -f "
        "x -o csv >/dev/null; mapctl dump m -o csv; mapctl restore "
        "n -f x >/dev/null 2>&1 && echo restored");
    EXPECT_EQ(outcome.out, "key,action,hits\n10.0.0.1,drop,5\n" +
                               std::string{format == "jsonl" ? "restored\n" : ""})
        << format;
    EXPECT_THAT(outcome.err, format == "jsonl" ? testing::IsEmpty()
                                               : testing::Matcher<const std::string&>(
                                                     HasSubstr("load reads it")));
  }
}

TEST_F(Save, TellsInAFileHowManyEntriesItHas) {
  make_counters();
  const Outcome file = in_directory("mapctl save m -f x && cat x");
  std::istringstream lines(file.out);
  std::string header;
  std::getline(lines, header);
  EXPECT_EQ(json::parse(header)["entries"], 1);
  EXPECT_EQ(json::parse(header)["consistency"], "per_bucket");
  EXPECT_EQ(json::parse(header)["map"], json::parse(counters_header)["map"]);
}

TEST_F(Save, TellsHowConsistentItIsIfThatIsWanted) {
  make_counters();
  EXPECT_THAT(in_directory("mapctl save m --stats -f x").err,
              HasSubstr("1 entry of m was read: every key that stayed is there exactly once"));
}

TEST_F(Save, PutsSeveralMapsIntoOneFile) {
  make_counters();
  sh("mapctl create a -t array -k u32 -v u32 -n 1");
  const Outcome file = in_directory("mapctl save m a m -f x && cut -c 1-28 x");
  EXPECT_EQ(file.out,
            "{\"mapctl\":1,\"map\":{\"name\":\"m\n{\"key\":\"10.0.0.1\",\"value\":{\"\n"
            "{\"mapctl\":1,\"map\":{\"name\":\"a\n{\"key\":0,\"value\":0}\n"
            "{\"mapctl\":1,\"map\":{\"name\":\"m\n{\"key\":\"10.0.0.1\",\"value\":{\"\n");
  EXPECT_EQ(sh("mapctl save m a | wc -l | tr -d ' '").out, "4\n");
  EXPECT_THAT(sh("mapctl save m a -o csv"), Fails(2, "where one map ends"));
}

TEST_F(Save, ReplacesAFileAndKeepsItsModeAndTheLinkToIt) {
  make_counters();
  in_directory("echo old >x; chmod 0640 x; ln -s x link; mapctl save m -f link");
  EXPECT_EQ(in_directory("ls -l x | cut -c 1-10; test -L link && head -n 1 link | cut -c 1-10").out,
            "-rw-r-----\n{\"mapctl\":\n");
  EXPECT_EQ(in_directory("ls -A | wc -l | tr -d ' '").out, "2\n");
}

/// Runs the line while open() does not know O_TMPFILE, as on some filesystems.
Outcome without_nameless_files(const std::string& line) {
  Outcome outcome;
  std::thread([&] {
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_TMPFILE & ~O_DIRECTORY, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{std::size(filter), filter};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0) outcome = sh(line);
  }).join();  // the filter applies only to this thread and its children
  return outcome;
}

TEST_F(Save, NeedsNoNamelessFiles) {
  make_counters();
  sh("mapctl create large -t array -k u32 -v u64 -n 20000");
  EXPECT_THAT(
      without_nameless_files(
          "cd /run; umask 027; mapctl save m -f x; grep -c . x; ls -A; ls -l x | cut -c 1-10"),
      Prints("2\nx\n-rw-r-----\n"));
  EXPECT_THAT(without_nameless_files("cd /run; mapctl save large -f x"),
              Fails(9, "there is no room"));
  EXPECT_THAT(in_directory("grep -c . x; ls -A"), Prints("2\nx\n"));
}

TEST_F(Save, MakesNoFileThatOthersMayOpenAndTheOldOneNot) {
  make_counters();
  EXPECT_THAT(
      without_nameless_files(
          "cd /run; export ASAN_OPTIONS=detect_leaks=0; echo old >x; chmod 0640 x; "
          "strace -f -o t -e trace=openat mapctl save m -f x; grep -c 'O_CREAT.*, 0600)' t; "
          "ls -l x | cut -c 1-10"),
      Prints("1\n-rw-r-----\n"));
}

/// Reads maps and writes files as that user, who is in no other group.
const std::string with_cap_bpf = std::string{as_nobody} + "--inh-caps +bpf --ambient-caps +bpf ";

TEST_F(Save, GivesAFileToNoOtherGroup) {
  make_counters();
  in_directory(
      "chmod 0777 .; chmod 0644 /sys/fs/bpf/m; chmod 0755 /sys/fs/bpf; echo old >x; chmod 0660 x; "
      "chgrp 1 x; cp -p x y; chgrp 65534 y");
  EXPECT_EQ(in_directory(with_cap_bpf + "mapctl save m --hex -f x; ls -ln x | cut -c 1-10").out,
            "-rw-------\n");
  EXPECT_EQ(in_directory(with_cap_bpf + "mapctl save m --hex -f y; ls -ln y | cut -c 1-10").out,
            "-rw-rw----\n");
  EXPECT_EQ(in_directory("stat -c %u:%g x y").out, "65534:65534\n65534:65534\n");
}

TEST_F(Save, RefusesToLoseTypesThatItMayNotRead) {
  sh("mapctl create m -t hash -k ipv4 -v u32 -n 8 --mode 0644; mapctl put m 10.0.0.1 7");
  sh("mapctl create plain -t array -k 4 -v 4 -n 1 --mode 0644; chmod 0755 /sys/fs/bpf");
  const Outcome refused = sh(with_cap_bpf + "mapctl save m");
  EXPECT_THAT(refused, Fails(4, "cannot save m: its types cannot be read, and would be lost"));
  EXPECT_THAT(refused.err, HasSubstr("reading the types of a map needs CAP_SYS_ADMIN"));
  EXPECT_THAT(refused.err, HasSubstr("fix: go on without its types, with its entries as bytes: "
                                     "--hex"));
  EXPECT_THAT(sh(with_cap_bpf + "mapctl save m --key-as ipv4 --value-as u32 | tail -n 1"),
              Prints("{\"key\":\"10.0.0.1\",\"value\":7}\n"));
  EXPECT_EQ(sh(with_cap_bpf + "mapctl save m --hex | tail -n 1").out,
            "{\"key\":\"hex:0a000001\",\"value\":\"hex:07000000\"}\n");
  EXPECT_EQ(sh(with_cap_bpf + "mapctl save plain").exit, 0);
}

TEST_F(Save, RefusesToLoseTheTypesOfInnerMaps) {
  sh("mapctl create in -t hash -k u32 -v u64 -n 8 --mode 0644; mapctl create out -t array_of_maps "
     "-n 4 --inner in --mode 0644; mapctl put out 3 in; chmod 0755 /sys/fs/bpf");
  EXPECT_THAT(sh(with_cap_bpf + "mapctl save out"),
              Fails(4, "cannot save out, which holds /sys/fs/bpf/in"));
}

TEST_F(SaveAll, GoesOnWithoutMapsWhoseTypesItMayNotRead) {
  sh("mapctl create a -t hash -k ipv4 -v u32 -n 8 --mode 0644; mapctl create b -t array -k 4 -v 4 "
     "-n 1 --mode 0644; chmod 0755 /sys/fs/bpf");
  in_directory("chmod 0777 .");
  for (const std::string where : {"d", "-f d/x"}) {
    const Outcome saved = in_directory(with_cap_bpf + "mapctl save --all " + where +
                                       "; e=$?; ls -A d; "
                                       "grep -h mapctl d/* | grep -c .; exit $e");
    EXPECT_EQ(saved.exit, 10) << saved;
    EXPECT_EQ(saved.out, where == "d" ? "b.jsonl\n1\n" : "b.jsonl\nx\n2\n");
    EXPECT_THAT(saved.err,
                HasSubstr("/sys/fs/bpf/a is not saved: cannot save /sys/fs/bpf/a: its types cannot "
                          "be read"));
    EXPECT_THAT(saved.err, HasSubstr("maps that were saved: 1; maps that were not: 1"));
  }
  EXPECT_EQ(in_directory(with_cap_bpf + "mapctl save --all --hex d").exit, 0);
}

TEST_F(SaveAll, GoesOnWhereAFileCannotBeWritten) {
  sh("for m in a b c; do mapctl create $m -t array -k u32 -v u32 -n 1; done");
  EXPECT_THAT(in_directory("mkdir -p d/b.jsonl; mapctl save --all d"), Fails(10, "b is not saved"));
  EXPECT_THAT(in_directory("ls -A d"), Prints("a.jsonl\nb.jsonl\nc.jsonl\n"));
}

TEST_F(SaveAll, NamesFilesOfPinsWithTheLongestNames) {
  sh("for n in 238 239 249 250 255; do "
     "mapctl create /sys/fs/bpf/$(printf %0${n}d 1) -t array -k u32 -v u32 -n 1; done");
  sh("mapctl pin /sys/fs/bpf/$(printf %0250d 1) /sys/fs/bpf/d");
  EXPECT_THAT(in_directory("mapctl save --all d"), IsSilent());
  EXPECT_THAT(in_directory("ls -A d | awk '{print length($0)}' | sort -n"),
              Prints("244\n245\n255\n255\n255\n"));
  EXPECT_THAT(in_directory("mapctl save --all d; ls -A d | grep -c ."), Prints("5\n"));
}

/// More files than may be open at a time.
TEST_F(SaveAll, NeedsFewDescriptors) {
  sh("i=0; while [ $i -lt 50 ]; do echo create m$i -t array -k u32 -v u32 -n 1; i=$((i+1)); done | "
     "mapctl batch -");
  EXPECT_THAT(in_directory("ulimit -n 64; mapctl save --all d"), IsSilent());
  EXPECT_THAT(in_directory("ls -A d | grep -c ."), Prints("50\n"));
}

/// A directory in which everybody may make files, as /tmp, with a link that user 65534 has put
/// there.
const std::string trap =
    "echo precious >file; mkdir -m 1777 shared; ln -s ../file shared/m.jsonl; "
    "chown -h 65534 shared/m.jsonl; ";

TEST_F(Save, FollowsNoLinkOfAnotherUser) {
  make_counters();
  EXPECT_THAT(in_directory(trap + "mapctl save m -f shared/m.jsonl"),
              Fails(4, "symbolic link shared/m.jsonl: it belongs to user id 65534"));
  EXPECT_THAT(in_directory("cat file; test -L shared/m.jsonl && ls -A shared"),
              Prints("precious\nm.jsonl\n"));
  EXPECT_THAT(in_directory("ln -s shared/m.jsonl own; mapctl save m -f own"),
              Fails(4, "name that: shared/../file"));
  EXPECT_THAT(in_directory("chown -h 0 shared/m.jsonl; mapctl save m -f own; grep -c . file"),
              Prints("2\n"));
}

TEST_F(Save, WritesIntoNoPipeOfAnotherUser) {
  make_counters();
  EXPECT_THAT(in_directory("mkfifo p; chown 65534 p; cat p >got & mapctl save m -f p"),
              Fails(4, "cannot write into the pipe p: it belongs to user id 65534"));
  EXPECT_THAT(in_directory("wait; chown 0 p; cat p >got & mapctl save m -f p; wait; grep -c . got"),
              Prints("2\n"));
}

TEST_F(SaveAll, FollowsNoLinkOfAnotherUser) {
  make_counters();
  EXPECT_THAT(in_directory(trap + "mapctl save --all shared"),
              Fails(4, "it belongs to user id 65534"));
  EXPECT_THAT(in_directory("cat file; ls -A shared"), Prints("precious\nm.jsonl\n"));
}

TEST_F(Save, ReplacesNoLinkThatLeadsToItself) {
  make_counters();
  EXPECT_THAT(in_directory("ln -s b a; ln -s a b; mapctl save m -f a"),
              Fails(9, "cannot write a: Too many levels of symbolic links"));
  EXPECT_THAT(in_directory("test -L a && test -L b && ls -A"), Prints("a\nb\n"));
}

TEST_F(Save, TakesOverNothingFromAFileOfAnotherUser) {
  make_counters();
  in_directory("umask 027; echo old >x; chmod 0666 x; chown 65534:65534 x; mapctl save m -f x");
  EXPECT_THAT(in_directory("stat -c '%u:%g %a' x; grep -c . x"), Prints("0:0 640\n2\n"));
}

TEST_F(Save, LeavesTheOldFileWhereTheDiskIsFull) {
  sh("mapctl create m -t array -k u32 -v u64 -n 20000");
  EXPECT_THAT(in_directory("echo old >x; mapctl save m -f x"), Fails(9, "there is no room"));
  EXPECT_THAT(in_directory("cat x; ls -A"), Prints("old\nx\n"));
  EXPECT_THAT(in_directory("mapctl save --all d"), Fails(9, "there is no room"));
}

TEST_F(Save, WritesToWhatIsNoFileDirectly) {
  make_counters();
  EXPECT_THAT(sh("mapctl save m -f /dev/null && test -c /dev/null"), IsSilent());
  EXPECT_THAT(sh("mapctl save m -f /dev/stdout | tail -n 1"),
              Prints("{\"key\":\"10.0.0.1\",\"value\":{\"action\":\"drop\"}}\n"));
  EXPECT_THAT(sh("mapctl save m -f /dev/full"), Fails(9, "cannot write /dev/full"));
  EXPECT_THAT(sh("mapctl save m -f /nonexist/x"), Fails(3, "there is no directory /nonexist"));
  EXPECT_THAT(sh("mapctl save m -f /"), Fails(3, "it is a directory"));
}

TEST_F(SaveAll, WritesAFileForEachPinnedMap) {
  make_counters();
  sh("mkdir /sys/fs/bpf/d; mapctl create /sys/fs/bpf/d/a -t array -k u32 -v u32 -n 1; mapctl pin m "
     "/sys/fs/bpf/d/b; mapctl create q -t queue -v u32 -n 1");
  const Outcome saved = in_directory("mapctl save --all backup");
  EXPECT_EQ(saved.exit, 0);
  EXPECT_THAT(saved.err,
              HasSubstr("note: /sys/fs/bpf/q is left out: cannot save /sys/fs/bpf/q: queues"));
  EXPECT_THAT(in_directory("cd backup; find . -type f | sort"),
              Prints("./d/a.jsonl\n./d/b.jsonl\n"));
  EXPECT_THAT(in_directory("grep -c . backup/d/b.jsonl"), Prints("2\n"));
  EXPECT_EQ(sh("mapctl save --all 2>/dev/null | grep -c mapctl").out, "2\n");
}

TEST_F(SaveAll, KeepsTheOldFileWhereThereIsNothingToSave) {
  const char* const save = "echo old >x; mapctl save --all -f x";
  EXPECT_THAT(in_directory(save), Fails(3, "there is no pinned map that you may read"));
  sh("mapctl create q -t queue -v u32 -n 1");
  EXPECT_THAT(in_directory(save), Fails(3, "none of the pinned maps"));
  EXPECT_THAT(in_directory("mapctl save --all d"), Fails(3, "nothing was saved"));
  EXPECT_THAT(sh("mapctl save --all"), Fails(3, "nothing was saved"));
  EXPECT_THAT(in_directory("cat x; ls -A"), Prints("old\nx\n"));
}

TEST_F(SaveAll, FailsWhereAMapCannotBeSavedToItsEnd) {
  constexpr std::uint32_t entries = 20000;
  sh("mapctl create p -t prog_array -n 20000; mkfifo /run/pipe");
  Map map = Map::open(bpffs / "p");
  const Fd pinned(load_program("pinned"));
  const Fd other(load_program("other"));
  bpf_obj_pin(pinned.get(), "/sys/fs/bpf/pinned");
  for (std::uint32_t i = 0; i < entries; ++i) map.put(bytes_of(i), bytes_of(pinned.get()));
  Background save("exec mapctl save --all >/run/pipe");
  std::ifstream pipe("/run/pipe");
  std::string line;
  std::getline(pipe, line);
  map.put(bytes_of(entries - 1), bytes_of(other.get()));
  for (std::string next; std::getline(pipe, next);) line = next;
  EXPECT_THAT(save.outcome(), Fails(6, " at 19999 has no pin"));
  EXPECT_EQ(line, R"({"key":19998,"value":"/sys/fs/bpf/pinned"})");
}

TEST_F(SaveAll, WritesMapsBeforeTheMapThatHoldsThem) {
  sh("mapctl create a -t hash -k u32 -v u32 -n 1; mapctl create out -t array_of_maps -n 1 --inner "
     "a; mapctl create z -t hash -k u32 -v u32 -n 1; mapctl put out 0 z");
  EXPECT_EQ(
      sh("mapctl save --all | sed -n 's/^{\"mapctl\":1,\"map\":{\"name\":\"\\([a-z]*\\).*/\\1/p'")
          .out,
      "a\nz\nout\n");
}

TEST_F(SaveAll, IsNotForMapsThatAreNamed) {
  EXPECT_THAT(sh("mapctl save --all a b"), Fails(2, "--all takes one directory"));
  EXPECT_THAT(sh("mapctl save --all d -f x"), Fails(2, "both are named"));
  EXPECT_THAT(sh("mapctl save"), Fails(2, "nothing says which map"));
}

TEST_F(Save, RefusesWhatOnlyItsOwnerCanMake) {
  sh("mapctl create s -t sockhash -k u32 -v 8 -n 1; mapctl create p -t perf_event_array; mapctl "
     "create r -t ringbuf -n 4096; mapctl create x -t xskmap -n 1");
  EXPECT_THAT(sh("mapctl save s"), Fails(6, "cannot save s: it holds sockets"));
  EXPECT_THAT(sh("mapctl save p"), Fails(6, "perf events"));
  EXPECT_THAT(sh("mapctl save x"), Fails(6, "sockets"));
  EXPECT_THAT(sh("mapctl save r"), Fails(6, "cannot save r: "));
  EXPECT_THAT(in_directory("mapctl save s -f x; ls -A >&2"), Fails(0, "sockets"));
}

TEST_F(Save, NamesMapsInAMapByTheirPins) {
  sh("mapctl create in -t hash -k u32 -v u64 -n 8; mapctl create out -t array_of_maps -n 4 --inner "
     "in; mapctl put out 3 in");
  const Outcome saved = sh("mapctl save out");
  EXPECT_THAT(saved.out, testing::EndsWith("{\"key\":3,\"value\":\"/sys/fs/bpf/in\"}\n"));
  const json header = json::parse(saved.out.substr(0, saved.out.find('\n')));
  EXPECT_EQ(header["map"]["inner"]["value"], "u64");
  sh("mapctl unpin in --yes");
  EXPECT_THAT(sh("mapctl save out"), Fails(6, "the map id "));
  EXPECT_THAT(sh("mapctl save out"), Fails(6, " at 3 has no pin"));
}

TEST_F(Save, NamesProgramsByTheirPinsAndInterfacesByTheirNames) {
  const int program = load_program("called");
  ASSERT_GE(program, 0);
  sh(R"(
    mapctl create p -t prog_array -n 4
    mapctl put p 2 name:called
    mapctl create d -t devmap -v 4 -n 2
    mapctl put d 1 lo
    mapctl create e -t devmap_hash -v 8 -n 2
    mapctl put e 7 lo)");
  EXPECT_THAT(sh("mapctl save p"), Fails(6, " at 2 has no pin"));
  bpf_obj_pin(program, "/sys/fs/bpf/called");
  close(program);
  EXPECT_EQ(sh("mapctl save p | tail -n 1").out, "{\"key\":2,\"value\":\"/sys/fs/bpf/called\"}\n");
  EXPECT_EQ(sh("mapctl save d | tail -n 1").out, "{\"key\":1,\"value\":\"lo\"}\n");
  EXPECT_EQ(sh("mapctl save e | tail -n 1").out, "{\"key\":7,\"value\":{\"ifindex\":\"lo\"}}\n");
}

/// Changes keys other than 0 to 999 for as long as this object lives.
class Writer {
 public:
  explicit Writer(const char* pin)
      : thread_([this, map = Map::open(std::filesystem::path{pin})]() mutable {
          for (std::uint32_t i = 0; !ends_; ++i) {
            const std::uint32_t key = 1000 + i % 3000;
            map.put(bytes_of(key), bytes_of(std::uint64_t{i}));
            if (i % 2 == 1) map.erase(bytes_of(key));
          }
        }) {}
  ~Writer() {
    ends_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> ends_ = false;
  std::thread thread_;
};

TEST_F(Save, HasEveryKeyThatStayedOnceWhileOthersWrite) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8192");
  {
    Map map = Map::open(bpffs / "m");
    for (std::uint32_t key = 0; key < 1000; ++key)
      map.put(bytes_of(key), bytes_of(std::uint64_t{key}));
  }
  const Writer writer("/sys/fs/bpf/m");
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(sh("mapctl save m -o plain | awk '$1 < 1000' | sort -u | wc -l | tr -d ' '").out,
              "1000\n");
    EXPECT_EQ(sh("mapctl save m -o plain | cut -f 1 | sort | uniq -d").out, "");
  }
}

}  // namespace
}  // namespace mapctl::test
