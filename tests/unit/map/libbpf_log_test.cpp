#include "map/error/libbpf_log.hpp"

#include <gtest/gtest.h>

namespace mapctl::test {
namespace {

TEST(LibbpfLog, TellsWhatTheVerifierObjectedTo) {
  EXPECT_EQ(telling_line("libbpf: prog 'f': BPF program load failed: Permission denied\n"
                         "libbpf: prog 'f': -- BEGIN PROG LOAD LOG --\n"
                         "0: R1=ctx(off=0,imm=0)\n"
                         "R1 invalid mem access 'scalar'\n"
                         "processed 5 insns (limit 1000000)\n"
                         "-- END PROG LOAD LOG --\n"
                         "libbpf: failed to load object 'filter_bpf'\n"),
            "R1 invalid mem access 'scalar'");
}

TEST(LibbpfLog, TellsTheFirstWarningThatStands) {
  EXPECT_EQ(telling_line(
                "libbpf: Error in bpf_create_map_xattr(m):Invalid argument(-22). Retrying without "
                "BTF.\n"
                "libbpf: map 'm': failed to create: Invalid argument(-22)\n"
                "libbpf: failed to load object 'filter_bpf'\n"),
            "map 'm': failed to create: Invalid argument(-22)");
}

TEST(LibbpfLog, TellsNothingOfAnEmptyLog) { EXPECT_EQ(telling_line(""), ""); }

}  // namespace
}  // namespace mapctl::test
