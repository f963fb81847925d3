// Keys and values that are objects of the kernel: interfaces, programs, cgroups, processes.

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

/// An XDP program for a device map that passes every packet; it lives as long as the object.
class DeviceProgram {
 public:
  explicit DeviceProgram(const char* name) {
    bpf_insn pass[2]{};
    pass[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
    pass[0].imm = XDP_PASS;
    pass[1].code = BPF_JMP | BPF_EXIT;
    bpf_prog_load_opts options{};
    options.sz = sizeof options;
    options.expected_attach_type = BPF_XDP_DEVMAP;
    fd_ = bpf_prog_load(BPF_PROG_TYPE_XDP, name, "GPL", pass, 2, &options);
    EXPECT_GE(fd_, 0);
  }
  ~DeviceProgram() { close(fd_); }
  DeviceProgram(const DeviceProgram&) = delete;
  DeviceProgram& operator=(const DeviceProgram&) = delete;

 private:
  int fd_ = -1;
};

TEST(DeviceMap, PrintsInterfaceAndProgramAndTakesThemBack) {
  const DeviceProgram program("at_the_device");
  sh("mapctl create d -t devmap -v 8 -n 4; ip link set lo up");
  EXPECT_THAT(sh("mapctl put d 0 ifindex=lo,bpf_prog=name:at_the_device"), IsSilent());
  EXPECT_THAT(sh("mapctl put d 1 \"$(mapctl get d 0)\""), IsSilent());
  EXPECT_THAT(sh("mapctl put d 2 \"$(mapctl get d 0 --hex)\""), IsSilent());
  const Outcome all = sh("mapctl dump d");
  EXPECT_THAT(all.out, testing::StartsWith("0\tifindex=1,bpf_prog="));
  EXPECT_THAT(sh("mapctl dump d | cut -f 2 | uniq | wc -l | tr -d ' '"), Prints("1\n"));
  EXPECT_THAT(sh("mapctl put d 3 lo; mapctl get d 3"), Prints("ifindex=1,bpf_prog=0\n"));
}

TEST(Objects, HaveTheirNamesBesideTheirNumbersInTables) {
  const DeviceProgram program("at_the_device");
  sh("mapctl create d -t devmap -v 8 -n 4; mapctl create p -t prog_array -n 1");
  sh("mapctl create inner -t array -v u32 -n 1; mapctl create o -t array_of_maps --inner inner -n "
     "1");
  sh("mapctl put d 0 ifindex=lo,bpf_prog=name:at_the_device; mapctl put o 0 inner");
  EXPECT_THAT(sh("mapctl dump d -o table | tail -n 1").out,
              testing::ContainsRegex("lo \\(1\\) +at_the_device \\([0-9]+\\)"));
  EXPECT_THAT(sh("mapctl dump o -o table | tail -n 1").out,
              testing::ContainsRegex("inner \\([0-9]+\\)"));
  EXPECT_THAT(sh("mapctl get o 0 -o json | jq '.value | type'"), Prints("\"number\"\n"));
}

TEST(DeviceMap, NamesTheProgramThatIsNotThere) {
  sh("mapctl create d -t devmap -v 8 -n 4; mapctl create c -t cpumap -v 8 -n 1");
  EXPECT_THAT(sh("mapctl put d 0 ifindex=lo,bpf_prog=name:nowhere"),
              Fails(3, "there is no program 'nowhere'"));
  EXPECT_THAT(sh("mapctl put c 0 hex:c0000000feffff7f"),
              Fails(3, "there is no program of that id"));
}

TEST(DeviceMap, TakesOnlyInterfacesThatThereAre) {
  sh("mapctl create d -t devmap -v 4 -n 4");
  EXPECT_THAT(sh("mapctl put d 1 nosuch"), Fails(3, "there is no interface 'nosuch'"));
  EXPECT_THAT(sh("mapctl put d 1 9999"), Fails(3, "there is no interface '9999'"));
  EXPECT_THAT(sh("mapctl put d 1 1.0.0.0"), Fails(3, "there is no interface '1.0.0.0'"));
}

TEST(DeviceMap, IsNotEmptiedByAPut) {
  sh("mapctl create d -t devmap -v 4 -n 4; mapctl put d 0 lo; mapctl create c -t cpumap -v 4 -n 1; "
     "mapctl put c 0 64");
  EXPECT_THAT(sh("mapctl put d 0 0"), Fails(2, "del"));
  EXPECT_THAT(sh("mapctl put c 0 0"), Fails(2, "del"));
  EXPECT_THAT(sh("mapctl get d 0; mapctl get c 0"), Prints("1\n64\n"));
}

TEST(DeviceMap, SaysNoWhereThereIsNothingToDelete) {
  sh("mapctl create d -t devmap -v 4 -n 4; mapctl put d 0 lo; mapctl create c -t cpumap -v 4 -n 1");
  EXPECT_THAT(sh("mapctl del d 0"), IsSilent());
  EXPECT_THAT(sh("mapctl del d 0"), Fails(1, "0 is not in d"));
  EXPECT_THAT(sh("mapctl del c 0"), Fails(1, "0 is not in c"));
}

TEST(CgroupArray, TakesNothingButCgroups) {
  sh("mapctl create c -t cgroup_array -n 2");
  EXPECT_THAT(sh("mapctl put c 1 /tmp"), Fails(3, "'/tmp' is not a cgroup"));
  EXPECT_THAT(sh("mapctl put c 1 /nonexist"), Fails(3, "there is no such path"));
  EXPECT_THAT(sh("mapctl put c 1 /proc/self/stat"), Fails(3, "it is not a directory"));
}

TEST(CgroupStorage, IsKeyedByTheCgroupsDirectory) {
  sh("mapctl create s -t cgroup_storage -k u64 -v u32");
  EXPECT_THAT(sh("d=/tmp/cgroup.$$; mkdir $d; mount -t cgroup2 none $d && mapctl get s $d; s=$?; "
                 "umount $d; rmdir $d; exit $s"),
              Fails(1, "1 is not in s"));
  EXPECT_THAT(sh("mapctl get s /tmp"), Fails(3, "'/tmp' is not a cgroup"));
}

TEST(TaskStorage, NamesTheProcessThatIsNotThere) {
  sh("mapctl create t -t task_storage -v u32");
  EXPECT_THAT(sh("mapctl put t 99999999 5"), Fails(3, "there is no process 99999999"));
  EXPECT_THAT(sh("mapctl put t 0 5"), Fails(2, "'0' is not the number of a process"));
}

TEST(ProgramArray, TakesAProgramByItsName) {
  sh("mapctl create p -t prog_array -n 2");
  EXPECT_THAT(sh("mapctl put p 0 name:nowhere"), Fails(3, "there is no program 'nowhere'"));
  const DeviceProgram one("twice_there");
  EXPECT_THAT(sh("mapctl put p 0 name:twice_there"), IsSilent());
  const DeviceProgram other("twice_there");
  EXPECT_THAT(sh("mapctl put p 1 name:twice_there"), Fails(3, "is the name of 2 programs: id:"));
}

TEST(Options, ThatDoNotBelongAreRefused) {
  sh("mapctl create h -t hash -k u32 -v u32 -n 4; mapctl put h 1 1");
  EXPECT_THAT(sh("mapctl get h 1 --match"), Fails(2, "--match is for LPM tries"));
  EXPECT_THAT(sh("mapctl pop h 1 -c 2"), Fails(2, "--count is for queues and stacks"));
  EXPECT_THAT(sh("mapctl pin h id:77"), Fails(2, "id:77"));
}

TEST(Pin, SaysWhereAPathIsNotOnABpffs) {
  sh("mapctl create h -t hash -k u32 -v u32 -n 4");
  EXPECT_THAT(sh("mapctl pin h /proc/self/stat"), Fails(3, "is not on a BPF filesystem"));
  EXPECT_THAT(sh("mapctl pin h /sys/fs/bpf"), Fails(3, "it is a directory"));
}

}  // namespace
}  // namespace mapctl::test
