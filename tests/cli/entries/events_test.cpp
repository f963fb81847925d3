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
  EXPECT_THAT(sh("mapctl events ring -c 1"), Prints("hex:4000000007000000\n"));
  EXPECT_THAT(sh(std::string{"mapctl events ring -c 1"} + as_type), Prints("length=64,first=7\n"));
}

TEST_F(EventsCommand, AreReadAsATypeOfACompiledProgram) {
  const ObjectFile object(types_bpf__elf_bytes);
  ASSERT_TRUE(sender_.send_to_ring(7));
  EXPECT_THAT(sh("mapctl events ring -c 1 --as 'struct event' --btf $o"),
              Prints("length=64,first=7\n"));
}

TEST_F(EventsCommand, StreamsJsonLines) {
  ASSERT_TRUE(sender_.send_to_ring(7, 2));
  EXPECT_THAT(sh(std::string{"mapctl events ring -c 2 -o jsonl"} + as_type),
              Prints("{\"value\":{\"length\":64,\"first\":7}}\n"
                     "{\"value\":{\"length\":64,\"first\":7}}\n"));
}

TEST_F(EventsCommand, EndsAfterItsTime) {
  EXPECT_THAT(sh("mapctl events ring --timeout 0.01"), IsSilent());
  ASSERT_TRUE(sender_.send_to_ring(7));
  const Outcome outcome = sh("mapctl events ring --timeout 0.01 -c 2");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "hex:4000000007000000\n");
  EXPECT_EQ(outcome.err, "mapctl: 1 of 2 events came in time\n");
  EXPECT_THAT(sh("mapctl events ring --timeout soon"), Fails(2, "'soon' is not a time"));
}

TEST_F(EventsCommand, EndsWhenItIsInterruptedWithAllThatCame) {
  ASSERT_TRUE(sender_.send_to_ring(7));
  const Outcome outcome = sh(R"(
        cd $(mktemp -d) && mkfifo lines || exit
        mapctl events ring -o json >lines &
        { read -r a; echo "$a"; kill -TERM $!; cat; } <lines
        wait $!
        s=$?
        rm lines
        rmdir $PWD
        exit $s)");
  EXPECT_EQ(outcome.out, "[\n{\"value\":\"hex:4000000007000000\"}\n]\n");
  EXPECT_EQ(outcome.exit, 130);
}

TEST_F(EventsCommand, HoldNoCapabilityOnceTheyCanRead) {
  for (const char* const buffer : {"ring", "perf"}) {
    Background mapctl(std::string{"exec mapctl events "} + buffer + " -c 1");
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
      sh("echo 'events ring -c 1\ncreate m -t hash -k u32 -v u32 -n 1' | mapctl batch -").exit, 0);
}

TEST_F(EventsCommand, ReadsAFullBufferToItsEnd) {
  ASSERT_TRUE(sender_.send_to_ring(7, 1000));
  const Outcome outcome = sh("mapctl events ring --timeout 0.01");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1000 - sender_.refused());
}

TEST_F(EventsCommand, NamesTheCpuOfAPerfEvent) {
  std::jthread sends([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) sender_.send_to_perf(7);
  });
  const Outcome outcome =
      sh(std::string{"mapctl events perf -c 1 --timeout 10 -o jsonl"} + as_type);
  EXPECT_EQ(outcome.exit, 0) << outcome;
  EXPECT_THAT(outcome.out, AllOf(StartsWith("{\"cpu\":"),
                                 HasSubstr("\"value\":{\"length\":64,\"first\":7}}\n")));
}

TEST_F(EventsCommand, OfAFrozenMapAreRefusedInOneMessage) {
  ASSERT_THAT(sh("mapctl freeze perf --yes"), IsSilent());
  const Outcome outcome = sh("mapctl events perf -o json");
  EXPECT_THAT(outcome, Fails(6, "cannot read events from perf: the map is frozen"));
  EXPECT_THAT(outcome.err, StartsWith("{\"error\":"));
}

TEST_F(EventsCommand, OfAPerfBufferNeedARight) {
  sh("chmod 0666 /sys/fs/bpf/perf");
  const Outcome outcome = sh("setpriv --reuid 65534 --clear-groups mapctl events perf");
  EXPECT_THAT(outcome, Fails(4, "CAP_PERFMON"));
  EXPECT_THAT(outcome.err, testing::Not(HasSubstr("libbpf")));
}

TEST_F(EventsCommand, OfAnotherSizeAreShownAsBytes) {
  ASSERT_TRUE(sender_.send_to_ring(7));
  const Outcome outcome = sh("mapctl events ring -c 1 --as u16");
  EXPECT_EQ(outcome.out, "hex:4000000007000000\n");
  EXPECT_THAT(outcome.err, HasSubstr("another size than the 2 bytes"));
}

TEST_F(EventsCommand, ComeFromBuffersOnly) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 1");
  EXPECT_THAT(sh("mapctl events m"), Fails(6, "events come from a ringbuf"));
}

}  // namespace
}  // namespace mapctl::test
