// Events that programs send: ring buffers and perf event arrays.

#include <bpf/bpf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <vector>

#include "mapctl/events.hpp"
#include "support/maps.hpp"
#include "support/sender.hpp"

namespace mapctl::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class Events : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(sender_); }

  Map ring() const { return map_of(sender_.ring()); }
  Map perf() const { return map_of(sender_.perf()); }
  void send_to_ring(std::uint16_t number, int times = 1) {
    ASSERT_TRUE(sender_.send_to_ring(number, times));
  }
  void send_to_perf(std::uint16_t number, int times = 1) {
    ASSERT_TRUE(sender_.send_to_perf(number, times));
  }
  std::uint64_t refused() const { return sender_.refused(); }

 private:
  static Map map_of(const bpf_map* map) { return Map::adopt(Fd(dup(bpf_map__fd(map)))); }

  Sender sender_;
};

/// From now on this thread stays on its current CPU.
void stay_on_this_cpu() {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &cpus);
  ASSERT_EQ(sched_setaffinity(0, sizeof cpus, &cpus), 0);
}

std::vector<unsigned> numbers(EventReader& reader, std::chrono::milliseconds timeout = 0ms,
                              std::size_t most = SIZE_MAX) {
  std::vector<unsigned> found;
  reader.poll(
      timeout,
      [&](const Event& event) {
        SentEvent sent{};
        ASSERT_GE(event.data.size(), sizeof sent);
        std::memcpy(&sent, event.data.data(), sizeof sent);
        EXPECT_EQ(sent.length, 64U);
        found.push_back(sent.first);
      },
      most);
  return found;
}

TEST_F(Events, OfARingBufferComeInTheOrderTheyWereSent) {
  Map map = ring();
  send_to_ring(1);
  EventReader reader(map);
  send_to_ring(2);
  EXPECT_THAT(numbers(reader), ElementsAre(1, 2));
  EXPECT_THAT(numbers(reader), ElementsAre());
  EXPECT_EQ(reader.stats().received, 2U);
}

TEST_F(Events, AreTakenOutOfARingBuffer) {
  Map map = ring();
  send_to_ring(1);
  {
    EventReader reader(map);
    EXPECT_THAT(numbers(reader), ElementsAre(1));
  }
  EventReader next(map);
  EXPECT_THAT(numbers(next), ElementsAre());
}

TEST_F(Events, CanBeTakenAFewAtATime) {
  Map map = ring();
  for (const std::uint16_t number : std::array<std::uint16_t, 3>{1, 2, 3}) send_to_ring(number);
  EventReader reader(map);
  EXPECT_THAT(numbers(reader, 0ms, 2), ElementsAre(1, 2));
  EXPECT_THAT(numbers(reader, 0ms, 2), ElementsAre(3));
}

TEST_F(Events, AFullRingBufferIsReadToTheEnd) {
  Map map = ring();
  EventReader reader(map);
  send_to_ring(7, 1000);
  ASSERT_GT(refused(), 0U);
  EXPECT_THAT(numbers(reader), SizeIs(1000 - refused()));
}

TEST_F(Events, ARingBufferIsReadAroundItsEndManyTimes) {
  Map map = ring();
  EventReader reader(map);
  for (std::uint16_t round = 0; round < 10; ++round) {
    send_to_ring(round, 50);  // 10 times 50 times 24 bytes
    ASSERT_THAT(numbers(reader), AllOf(SizeIs(50), Each(round)));
  }
}

TEST_F(Events, NeverKeepAPollFromEnding) {
  Map map = ring();
  EventReader reader(map);
  send_to_ring(1);
  std::size_t seen = 0;
  const auto send_another = [&](const Event&) {
    ++seen;
    send_to_ring(2);
  };
  EXPECT_EQ(reader.poll(0ms, send_another), seen);
  EXPECT_LE(seen, map.info().max_entries);
}

TEST_F(Events, OfARingBufferThatTheReceiverThrewAtAreGone) {
  Map map = ring();
  EventReader reader(map);
  send_to_ring(1);
  send_to_ring(2);
  const auto fail = [](const Event&) { throw std::runtime_error("no"); };
  EXPECT_THROW(reader.poll(0ms, fail), std::runtime_error);
  EXPECT_THAT(numbers(reader), ElementsAre(2));
}

TEST_F(Events, TwoReadersOfARingBufferShareTheEvents) {
  Map map = ring();
  EventReader one(map);
  EventReader other(map);
  send_to_ring(1);
  EXPECT_THAT(numbers(one), ElementsAre(1));
  send_to_ring(2);
  EXPECT_THAT(numbers(other), ElementsAre(2));
  EXPECT_THAT(numbers(one), ElementsAre());
}

TEST_F(Events, OfAPerfEventArrayComeWithTheirCpu) {
  Map map = perf();
  EventReader reader(map);
  send_to_perf(5);
  std::size_t seen = 0;
  reader.poll(1000ms, [&](const Event& event) {
    ++seen;
    EXPECT_TRUE(event.cpu);
    EXPECT_GE(event.data.size(), sizeof(SentEvent));
  });
  EXPECT_EQ(seen, 1U);
}

TEST_F(Events, ThatAPerfBufferCouldNotHoldAreCounted) {
  stay_on_this_cpu();
  Map map = perf();
  EventReader reader(map);
  constexpr int many = 50000;
  send_to_perf(5, many);
  std::size_t seen = 0;
  const auto count = [&](const Event&) { ++seen; };
  while (reader.poll(0ms, count) > 0) continue;
  EXPECT_GT(reader.stats().lost, 0U);
  EXPECT_EQ(seen + reader.stats().lost, many);
}

TEST_F(Events, NeedAMapThatMayBeWritten) {
  Map map = perf();
  map.freeze();
  EXPECT_EQ(cause_of([&] { EventReader reader(map); }), Cause::frozen);
  EXPECT_THAT(message_of([&] { EventReader reader(map); }),
              AllOf(HasSubstr("cannot read events from"), HasSubstr("the map is frozen")));
}

TEST_F(Events, OfAPerfEventArrayHaveOneReader) {
  Map map = perf();
  EventReader reader(map);
  EXPECT_EQ(cause_of([&] { EventReader second(map); }), Cause::busy);
}

TEST_F(Events, ComeFromNoOtherTypes) {
  Map map = make_map(MapType::hash);
  EXPECT_THAT(message_of([&] { EventReader reader(map); }), HasSubstr("cannot read events from"));
}

TEST_F(Events, OfARingBufferNeedAWritableDescriptor) {
  Map map = ring();
  map.pin("/sys/fs/bpf/ring");
  Map read_only = Map::open(std::filesystem::path("/sys/fs/bpf/ring"), Access::read_only);
  EXPECT_EQ(cause_of([&] { EventReader reader(read_only); }), Cause::permission);
}

}  // namespace
}  // namespace mapctl::test
