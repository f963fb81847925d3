// dump --sum and --recursive: more than one value at each key.

#include <bpf/bpf.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "mapctl/fd.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;

void make_counters() {
  sh("mapctl create m -t percpu_hash -k u32 -v '{action:enum{DROP=1,PASS=2},n:u64,small:u8}' -n 8");
  sh("mapctl put m 1 action=drop,n=5,small=200 --cpu 0; mapctl put m 1 action=drop,n=7,small=100 "
     "--cpu 1; mapctl put m 2 action=pass,n=1 --cpu 1");
}

TEST(Sum, IsOneValueForAllCpus) {
  make_counters();
  EXPECT_THAT(sh("mapctl get m 1 --sum"), Prints("action=drop,n=12,small=44\n"));
  EXPECT_THAT(sh("mapctl get m 1 --sum -o json"),
              Prints("{\"key\":1,\"value\":{\"action\":\"drop\",\"n\":12,\"small\":44}}\n"));
  EXPECT_THAT(sh("mapctl dump m --sum | sort"),
              Prints("1\taction=drop,n=12,small=44\n2\taction=pass,n=1,small=0\n"));
  EXPECT_THAT(sh("mapctl dump m --sum -o csv | sort"),
              Prints("1,drop,12,44\n2,pass,1,0\nkey,action,n,small\n"));
}

TEST(Sum, IsNullWhereCpusDiffer) {
  make_counters();
  sh("mapctl put m 2 action=drop --cpu 0");
  EXPECT_THAT(sh("mapctl get m 2 --sum"), Prints("action=-,n=1,small=0\n"));
  EXPECT_THAT(sh("mapctl dump m --sum --sort key -o csv"),
              Prints("key,action,n,small\n1,drop,12,44\n2,,1,0\n"));
  EXPECT_THAT(sh("mapctl dump m --sum --where 'key = 2' -o jsonl"),
              Prints("{\"key\":2,\"value\":{\"action\":null,\"n\":1,\"small\":0}}\n"));
}

/// Pins a map of the stacks that the kernel's clock finds this process at; returns false where
/// programs may not sample.
bool sample_stacks() {
  const Fd map{bpf_map_create(BPF_MAP_TYPE_STACK_TRACE, "stacks", 4, 8 * 32, 64, nullptr)};
  const bpf_insn program[] = {{BPF_LD | BPF_DW | BPF_IMM, 2, BPF_PSEUDO_MAP_FD, 0, map.get()},
                              {},
                              {BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 0},
                              {BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_stackid},
                              {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0},
                              {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
  const Fd sampler{bpf_prog_load(BPF_PROG_TYPE_PERF_EVENT, "sampler", "GPL", program,
                                 std::size(program), nullptr)};
  perf_event_attr clock{};
  clock.type = PERF_TYPE_SOFTWARE;
  clock.size = sizeof clock;
  clock.config = PERF_COUNT_SW_CPU_CLOCK;
  clock.sample_period = 100000;
  const Fd event{static_cast<int>(syscall(SYS_perf_event_open, &clock, 0, -1, -1, 0))};
  if (ioctl(event.get(), PERF_EVENT_IOC_SET_BPF, sampler.get()) != 0) return false;
  std::uint32_t key = 0;
  while (bpf_map_get_next_key(map.get(), nullptr, &key) != 0) getppid();
  return bpf_obj_pin(map.get(), "/sys/fs/bpf/stacks") == 0;
}

TEST(Stacks, ArePrintedWithTheNamesOfFunctions) {
  ASSERT_TRUE(sample_stacks()) << "the kernel refuses the program";
  EXPECT_THAT(
      sh("mapctl dump stacks").out,
      testing::ContainsRegex("^[0-9]+\t0xffffffff[0-9a-f]+ [a-zA-Z0-9_.]+\\+0x[0-9a-f]+,0x"));
  const json frames = json::parse(sh("mapctl dump stacks -o json").out)[0]["value"];
  EXPECT_THAT(frames[0].get<std::string>(), testing::HasSubstr("+0x"));
  EXPECT_LT(frames.size(), 32U);
  EXPECT_THAT(sh("mapctl dump stacks --hex").out, testing::HasSubstr("\thex:"));
}

TEST(Unions, ArePrintedWithAllMembersOnRequest) {
  sh("mapctl create m -t hash -k u32 -v '{n:u32,union{s:{x:u16,y:u16},w:u32},u:union{a:u8,b:u32}}' "
     "-n "
     "8; mapctl put m 1 n=1,w=131073,u={b=258}");
  EXPECT_THAT(sh("mapctl get m 1"), Prints("n=1,s={x=1,y=2},u={b=258}\n"));
  EXPECT_THAT(sh("mapctl get m 1 --unions all"),
              Prints("n=1,s={x=1,y=2},w=131073,u={a=2,b=258}\n"));
  EXPECT_THAT(sh("mapctl dump m --unions all -o jsonl"),
              Prints(R"({"key":1,"value":{"n":1,"s":{"x":1,"y":2},"w":131073,"u":{"a":2,"b":258}}})"
                     "\n"));
  sh("mapctl create p -t percpu_array -k u32 -v 'union{a:u32,b:u32}' -n 1; mapctl put p 0 a=5");
  EXPECT_THAT(sh("mapctl dump p --unions all -o csv | head -n 2"),
              Prints("key,cpu,a,b\n0,0,5,5\n"));
}

TEST(Sum, IsRefusedWhereValuesAreNotPerCpu) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1");
  EXPECT_THAT(sh("mapctl get m 1 --sum"), Fails(2, "m is of type hash"));
  EXPECT_THAT(sh("mapctl dump m --sum"), Fails(2, "m is of type hash"));
}

TEST(Sum, IsOfTheTypeThatTheUserNames) {
  sh("mapctl create m -t percpu_array -k u32 -v 8 -n 1; mapctl put m 0 hex:fffffffff0ffffff --cpu "
     "0; mapctl put m 0 hex:ffffffff10000000 --cpu 1");
  EXPECT_THAT(sh("mapctl get m 0 --sum --value-as '{a:s32,b:u32}'"), Prints("a=-2,b=0\n"));
}

TEST(Sum, WithHexIsTheBytesOfTheSum) {
  sh("mapctl create m -t percpu_array -k u32 -v u32 -n 1; mapctl put m 0 255 --cpu 0; mapctl put m "
     "0 1 --cpu 1");
  EXPECT_THAT(sh("mapctl get m 0 --sum --hex"), Prints("hex:00010000\n"));
}

TEST(Sum, GuessesNoTypesThatMayNotBeRead) {
  sh("mapctl create m -t percpu_array -k u32 -v '{a:u32,b:u32}' -n 1 --mode 0444");
  const std::string nobody = "setpriv --reuid 65534 --clear-groups mapctl get m 0 --sum";
  EXPECT_THAT(sh(nobody), Fails(4, "they have types, but you may not read them"));
  EXPECT_EQ(sh(nobody + " --value-as '{a:u32,b:u32}'").out, "a=0,b=0\n");
}

/// An array of maps: index 0 is empty, the map at 1 has one entry, the map at 2 has none.
void make_map_of_maps() {
  for (const char* name : {"full", "empty"})
    sh(std::string{"mapctl create "} + name + " -t hash -k u32 -v '{n:u64,ip:ipv4}' -n 8");
  sh("mapctl create outer -t array_of_maps -k u32 -v 4 -n 3 --inner full");
  sh("mapctl put outer 1 full; mapctl put outer 2 empty; mapctl put full 7 n=5,ip=192.0.2.1");
}

TEST(Recursive, PrintsTheEntriesOfInnerMapsAfterTheOuterKey) {
  make_map_of_maps();
  EXPECT_THAT(sh("mapctl dump outer --recursive"), Prints("1\t7\tn=5,ip=192.0.2.1\n"));
  EXPECT_THAT(sh("mapctl dump outer -r -o csv"), Prints("outer_key,key,n,ip\n1,7,5,192.0.2.1\n"));
}

TEST(Recursive, IsAnObjectForEachInnerMapInJson) {
  make_map_of_maps();
  const json maps = json::parse(sh("mapctl dump outer -r -o json").out);
  ASSERT_EQ(maps.size(), 2U);
  EXPECT_EQ(maps[0]["key"], 1);
  EXPECT_EQ(maps[0]["map"], json::parse(sh("mapctl show full -o json").out)["id"]);
  EXPECT_EQ(maps[0]["entries"], json::parse(R"([{"key":7,"value":{"n":5,"ip":"192.0.2.1"}}])"));
  EXPECT_EQ(maps[1]["entries"], json::array());
  EXPECT_THAT(sh("mapctl dump outer -r -o jsonl | jq -c .key"), Prints("1\n2\n"));
}

TEST(Recursive, ReadsOuterKeysAndInnerValuesAsTheTypesThatTheUserNames) {
  sh("mapctl create in -t hash -k u32 -v 8 -n 8; mapctl put in 1 hex:c000020101000000");
  sh("mapctl create out -t hash_of_maps -k u32 -v 4 -n 8 --inner in; mapctl put out "
     "hex:0a000001 in");
  EXPECT_THAT(sh("mapctl dump out -r --key-as ipv4 --value-as '{ip:ipv4,n:u32}'"),
              Prints("10.0.0.1\t1\tip=192.0.2.1,n=1\n"));
}

TEST(Recursive, AddsUpPerCpuValues) {
  sh("mapctl create in -t percpu_array -k u32 -v u64 -n 1; mapctl put in 0 5 --cpu 0; mapctl put "
     "in "
     "0 6 --cpu 1");
  sh("mapctl create out -t array_of_maps -k u32 -v 4 -n 1 --inner in; mapctl put out 0 in");
  EXPECT_THAT(sh("mapctl dump out -r --sum"), Prints("0\t0\t11\n"));
  EXPECT_THAT(sh("mapctl dump out -r -o csv | head -n 3"),
              Prints("outer_key,key,cpu,value\n0,0,0,5\n0,0,1,6\n"));
}

TEST(Recursive, LosesNoFieldsWhereInnerTypesDiffer) {
  make_map_of_maps();
  sh("mapctl create other -t hash -k u32 -v '{x:u64,y:u64}' -n 8; mapctl put other 1 x=1,y=2; "
     "mapctl put outer 0 other");
  EXPECT_THAT(sh("mapctl dump outer -r"), Prints("0\t1\tx=1,y=2\n1\t7\tn=5,ip=192.0.2.1\n"));
  EXPECT_THAT(sh("mapctl dump outer -r -o csv"), Fails(6, "do not have the same columns"));
}

TEST(Recursive, IsRefusedWhereThereAreNoInnerMaps) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8");
  EXPECT_THAT(sh("mapctl dump m -r"), Fails(2, "m is of type hash"));
}

TEST(Recursive, NeedsTheRightToOpenMapsById) {
  make_map_of_maps();
  sh("chmod 0444 /sys/fs/bpf/outer");
  EXPECT_THAT(sh("setpriv --reuid 65534 --clear-groups mapctl dump outer -r"),
              Fails(4,
                    "which is in outer: permission denied: opening a map by its id needs "
                    "CAP_SYS_ADMIN"));
}

/// The first inner map is larger than a pipe, so the dump waits while its reader waits.
TEST(Recursive, PassesOverAMapThatIsGoneMeanwhile) {
  sh("for m in big gone; do mapctl create $m -t hash -k u32 -v char[64] -n 8192; done");
  sh("mapctl create outer -t array_of_maps -k u32 -v 4 -n 2 --inner big; mapctl put outer 0 big; "
     "mapctl put outer 1 gone");
  sh("seq 1 8000 | sed 's/.*/put big & some-text-that-takes-room-in-a-pipe/' | mapctl batch -");
  const Outcome outcome = sh(
      "id=$(mapctl get outer 1); mapctl dump outer -r | { dd bs=1 count=1 2>/dev/null; mapctl del "
      "outer 1; mapctl "
      "unpin gone --yes; n=0; while [ $n -lt 1000 ] && mapctl show id:$id; do n=$((n+1)); done "
      ">/dev/null 2>&1; cat; } | wc -l");
  EXPECT_EQ(outcome.out, "8000\n");
  EXPECT_THAT(outcome.err, testing::HasSubstr("maps that left outer while it was read are passed "
                                              "over: 1"));
}

}  // namespace
}  // namespace mapctl::test
