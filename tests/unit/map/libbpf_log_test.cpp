#include "map/error/libbpf_log.hpp"

#include <thread>

#include <bpf/libbpf.h>
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

int print_nothing(libbpf_print_level, const char*, va_list) { return 0; }

TEST(LibbpfLog, GivesThePrinterBackWhateverTheOrderOfThreads) {
  const libbpf_print_fn_t printer = ::libbpf_set_print(print_nothing);
  auto first = std::make_unique<LibbpfLog>();
  std::jthread([&first] {
    const LibbpfLog second;
    std::jthread([&first] { first.reset(); }).join();
  }).join();
  EXPECT_EQ(::libbpf_set_print(printer), print_nothing);
}

TEST(LibbpfLog, HearsWhatConcernsItsOwnThreadAlone) {
  const LibbpfLog log;
  std::jthread([] {
    const LibbpfLog other;
    ::bpf_object__open_file("/nosuch", nullptr);
    EXPECT_NE(other.reason(), "");
  }).join();
  EXPECT_EQ(log.reason(), "");
}

TEST(LibbpfLog, TellsNothingOfAnEmptyLog) { EXPECT_EQ(telling_line(""), ""); }

}  // namespace
}  // namespace mapctl::test
