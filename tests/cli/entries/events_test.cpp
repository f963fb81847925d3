// events prints what programs send as it arrives.

#include <bpf/libbpf.h>

#include <algorithm>
#include <thread>

#include "support/object_file.hpp"
#include "support/sender.hpp"
#include "support/shell/matchers.hpp"
#include "types.skel.h"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class EventsCommand : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(sender_);
    ASSERT_EQ(bpf_map__pin(sender_.ring(), "/sys/fs/bpf/ring"), 0);
    ASSERT_EQ(bpf_map__pin(sender_.perf(), "/sys/fs/bpf/perf"), 0);
  }

  Sender sender_;
};

constexpr const char* as_type = " --as '{length:u32,first:u16}'";

TEST_F(EventsCommand, PrintsBytesOrATypeThatIsNamed) {
  ASSERT_TRUE(sender_.send_to_ring(7, 2));
  EXPECT_THAT(sh("mapctl events ring -y -c 1").out, testing::StrEq("hex:4000000007000000\n"));
  EXPECT_THAT(sh(std::string{"mapctl events ring -y -c 1"} + as_type),
              Prints("length=64,first=7\n"));
}

TEST_F(EventsCommand, AreReadAsATypeOfACompiledProgram) {
  const ObjectFile object(types_bpf__elf_bytes);
  ASSERT_TRUE(sender_.send_to_ring(7));
  EXPECT_THAT(sh("mapctl events ring -y -c 1 --as 'struct event' --btf $o"),
              Prints("length=64,first=7\n"));
}

TEST_F(EventsCommand, AreReadAsATypeOfTheProgramsThatSendThem) {
  ASSERT_TRUE(sender_.send_to_ring(7, 4));
  const char* const as = "mapctl events ring -y -c 1 --as 'struct event' ";
  EXPECT_THAT(sh(as), Prints("length=64,first=7\n"));
  EXPECT_THAT(sh(std::string{as} + "--btf name:send_to_ring"), Prints("length=64,first=7\n"));
  EXPECT_THAT(sh(std::string{as} + "--btf id:$(mapctl show ring -o json | jq .programs[0].id)"),
              Prints("length=64,first=7\n"));
  sh("bpftool prog pin name send_to_ring /sys/fs/bpf/prog");
  EXPECT_THAT(sh(std::string{as} + "--btf /sys/fs/bpf/prog"), Prints("length=64,first=7\n"));
  EXPECT_THAT(sh("mapctl events ring -y --as 'struct evnt'"),
              Fails(2, "did you mean 'struct event'?"));
  sh("mapctl create lonely -t ringbuf -n 4096");
  EXPECT_THAT(sh("mapctl events lonely --as 'struct event'"), Fails(2, "--btf OBJECT_FILE"));
}

TEST_F(EventsCommand, ProposeTheOnlyTypeOfTheirSize) {
  ASSERT_TRUE(sender_.send_to_ring(7));
  EXPECT_THAT(
      sh("mapctl events ring -y -c 1").err,
      HasSubstr(
          "only 'struct event' has their size: mapctl events ring --yes --as 'struct event'"));
}

TEST_F(EventsCommand, AreTakenFromNoOtherProcessUnasked) {
  const std::string pid = std::to_string(getpid());
  for (const char* map : {"ring", "perf"})
    EXPECT_THAT(sh(std::string{"mapctl events --timeout 0.01 "} + map),
                Fails(6, "cli_tests(" + pid + ") has the map open, and would "));
  sh("mapctl create lonely -t ringbuf -n 4096");
  EXPECT_THAT(sh("mapctl events lonely --timeout 0.01"), IsSilent());
  const Background other("exec mapctl events lonely");
  while (sh("mapctl list lonely --pids").out.find("comm=mapctl") == std::string::npos) continue;
  EXPECT_THAT(sh("mapctl events lonely --timeout 0.01"),
              Fails(6, "mapctl(" + std::to_string(other.pid()) + ") has the map open"));
}

TEST_F(EventsCommand, StreamsJsonLines) {
  ASSERT_TRUE(sender_.send_to_ring(7, 2));
  EXPECT_THAT(sh(std::string{"mapctl events ring -y -c 2 -o jsonl"} + as_type),
              Prints("{\"value\":{\"length\":64,\"first\":7}}\n"
                     "{\"value\":{\"length\":64,\"first\":7}}\n"));
}

TEST_F(EventsCommand, EndsAfterItsTime) {
  EXPECT_THAT(sh("mapctl events ring -y --timeout 0.01"), IsSilent());
  ASSERT_TRUE(sender_.send_to_ring(7));
  const Outcome outcome = sh("mapctl events ring -y --timeout 0.01 -c 2");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "hex:4000000007000000\n");
  EXPECT_THAT(outcome.err, HasSubstr("mapctl: 1 of 2 events came in time\n"));
  EXPECT_THAT(sh("mapctl events ring -y --timeout soon"),
              Fails(2, "'soon' is not a duration such as 500ms"));
}

TEST_F(EventsCommand, EndsWhenItIsInterruptedWithAllThatCame) {
  ASSERT_TRUE(sender_.send_to_ring(7));
  const Outcome outcome = sh(R"(
        cd $(mktemp -d) && mkfifo lines || exit
        mapctl events ring -y -o json >lines &
        { read -r a; echo "$a"; kill -TERM $!; cat; } <lines
        wait $!
        s=$?
        rm lines
        rmdir $PWD
        exit $s)");
  EXPECT_EQ(outcome.out, "[\n{\"value\":\"hex:4000000007000000\"}\n]\n");
  EXPECT_EQ(outcome.exit, 0);
}

TEST_F(EventsCommand, HoldNoCapabilityOnceTheyCanRead) {
  for (const char* const buffer : {"ring", "perf"}) {
    Background mapctl(std::string{"exec mapctl events "} + buffer + " -y -c 1");
    EXPECT_TRUE(comes_true([&] { return mapctl.capabilities() == capabilities_alone(0); }))
        << mapctl.capabilities();
    ASSERT_TRUE(sender_.send_to_ring(7));
    ASSERT_TRUE(sender_.send_to_perf(7));
    const Outcome outcome = mapctl.outcome();
    EXPECT_EQ(outcome.exit, 0) << outcome;
    EXPECT_THAT(outcome.out, HasSubstr("hex:4000000007000000"));
  }
}

TEST_F(EventsCommand, OfABatchLeaveTheOtherCommandsTheirCapabilities) {
  ASSERT_TRUE(sender_.send_to_ring(7));
  EXPECT_EQ(
      sh("echo 'events ring -y -c 1\ncreate m -t hash -k u32 -v u32 -n 1' | mapctl batch -").exit,
      0);
}

TEST_F(EventsCommand, ReadsAFullBufferToItsEnd) {
  ASSERT_TRUE(sender_.send_to_ring(7, 1000));
  const Outcome outcome = sh("mapctl events ring -y --timeout 0.01");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1000 - sender_.refused());
}

TEST_F(EventsCommand, NamesTheCpuOfAPerfEvent) {
  std::jthread sends([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) sender_.send_to_perf(7);
  });
  const Outcome outcome =
      sh(std::string{"mapctl events perf -y -c 1 --timeout 10 -o jsonl"} + as_type);
  EXPECT_EQ(outcome.exit, 0) << outcome;
  EXPECT_THAT(outcome.out, AllOf(StartsWith("{\"cpu\":"),
                                 HasSubstr("\"value\":{\"length\":64,\"first\":7}}\n")));
  const char* const named = "mapctl events perf -y -c 1 --timeout 10 --as 'struct event'";
  EXPECT_THAT(sh(named).out, HasSubstr("length=64,first=7"));
  EXPECT_THAT(sh("mapctl events perf -y -c 1 --timeout 10").err, HasSubstr("--as 'struct event'"));
}

TEST_F(EventsCommand, OfAFrozenMapAreRefusedInOneMessage) {
  ASSERT_THAT(sh("mapctl freeze perf --yes"), IsSilent());
  const Outcome outcome = sh("mapctl events perf -y -o json");
  EXPECT_THAT(outcome, Fails(6, "cannot read events from perf: the map is frozen"));
  EXPECT_THAT(outcome.err, StartsWith("{\"error\":"));
}

TEST_F(EventsCommand, OfAPerfBufferNeedARight) {
  sh("chmod 0666 /sys/fs/bpf/perf");
  const Outcome outcome = sh("setpriv --reuid 65534 --clear-groups mapctl events perf -y");
  EXPECT_THAT(outcome, Fails(4, "CAP_PERFMON"));
  EXPECT_THAT(outcome.err, testing::Not(HasSubstr("libbpf")));
}

TEST_F(EventsCommand, OfAnotherSizeAreShownAsBytes) {
  ASSERT_TRUE(sender_.send_to_ring(7));
  const Outcome outcome = sh("mapctl events ring -y -c 1 --as u16");
  EXPECT_EQ(outcome.out, "hex:4000000007000000\n");
  EXPECT_THAT(outcome.err, HasSubstr("another size than the 2 bytes"));
}

TEST_F(EventsCommand, MayEndWithinTheTextAtTheirEnd) {
  ASSERT_TRUE(sender_.send_to_ring(7));
  EXPECT_THAT(sh("mapctl events ring -y -c 1 --as '{length:u32,comm:char[16]}'"),
              Prints("length=64,comm=\"\\u0007\"\n"));
}

TEST_F(EventsCommand, ComeFromBuffersOnly) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 1");
  EXPECT_THAT(sh("mapctl events m"), Fails(6, "events come from a ringbuf"));
}

}  // namespace
}  // namespace mapctl::test
