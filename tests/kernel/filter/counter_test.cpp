// The counts of rules and totals are exact to the last packet.

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <span>
#include <thread>

#include "mapctl/info.hpp"
#include "support/filter/filter_fixture.hpp"
#include "support/filter/packets.hpp"
#include "support/rounds.hpp"

namespace mapctl::test {
namespace {

class FilterCounters : public LoadedFilter {};

/// The first and the last CPU that this process may use: two CPUs, if there are two.
std::vector<unsigned> two_cpus() {
  cpu_set_t allowed;
  EXPECT_EQ(sched_getaffinity(0, sizeof allowed, &allowed), 0);
  std::vector<unsigned> cpus;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
  return {cpus.front(), cpus.back()};
}

void move_to(unsigned cpu) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(cpu, &only);
  EXPECT_EQ(sched_setaffinity(0, sizeof only, &only), 0);
}

/// The count of the verdict on each possible CPU.
std::vector<FilterTotals> by_cpu(FilterVerdict verdict) {
  const Map stats = Map::open(bpffs / "filter_stats");
  std::vector<FilterTotals> totals(stats.value_bytes() / sizeof(FilterTotals));
  const auto index = static_cast<std::uint32_t>(verdict);
  EXPECT_TRUE(stats.get(bytes_of(index), std::as_writable_bytes(std::span{totals})));
  return totals;
}

std::size_t slot_of(unsigned cpu) {
  const std::vector<unsigned>& cpus = possible_cpus();
  return static_cast<std::size_t>(std::ranges::find(cpus, cpu) - cpus.begin());
}

TEST_F(FilterCounters, CountPacketsAndBytesOfTheRuleThatDecided) {
  rules.put({{"10.0.0.0/8", "drop"}, {"tcp from 10.1.0.0/16", "pass"}});
  const Bytes decided_by_8 = udp_from("10.1.1.1", 53);
  const Bytes decided_by_16 = tcp_from("10.1.1.1", 80);
  run(decided_by_8, 3);
  run(decided_by_16, 5);
  EXPECT_EQ(rules.counted("10.0.0.0/8").packets, 3U);
  EXPECT_EQ(rules.counted("10.0.0.0/8").bytes, 3 * decided_by_8.size());
  EXPECT_EQ(rules.counted("tcp from 10.1.0.0/16").packets, 5U);
  EXPECT_EQ(rules.counted("tcp from 10.1.0.0/16").bytes, 5 * decided_by_16.size());
}

TEST_F(FilterCounters, LoseNothingWhereTwoCpusHitOneRule) {
  const int turns = 20;
  const int packets_a_turn = rounds(50'000, 5'000);
  const auto each = std::uint64_t{turns} * packets_a_turn;
  rules.put({{"10.0.0.0/8", "drop"}, {"tcp from 10.0.0.0/9", "pass"}});
  const Bytes small = udp_from("10.0.0.1", 53);
  Bytes large = udp_from("10.0.0.2", 53);
  large.resize(1500);
  const Bytes other = tcp_from("10.0.0.3", 80);
  const std::vector<unsigned> cpus = two_cpus();
  const auto hammer = [&](unsigned cpu, const Bytes& packet) {
    move_to(cpu);
    for (int i = 0; i < turns; ++i) {
      run(packet, packets_a_turn);
      run(other, packets_a_turn);
    }
  };
  std::thread first(hammer, cpus.front(), small);
  std::thread second(hammer, cpus.back(), large);
  first.join();
  second.join();

  EXPECT_EQ(rules.counted("10.0.0.0/8").packets, 2 * each);
  EXPECT_EQ(rules.counted("10.0.0.0/8").bytes, each * (small.size() + large.size()));
  EXPECT_EQ(rules.counted("tcp from 10.0.0.0/9").packets, 2 * each);
  EXPECT_EQ(rules.counted("tcp from 10.0.0.0/9").bytes, 2 * each * other.size());
  EXPECT_EQ(totals()[static_cast<std::size_t>(FilterVerdict::drop_rule)].packets, 2 * each);
  if (cpus.front() == cpus.back()) return;
  const auto dropped = by_cpu(FilterVerdict::drop_rule);
  EXPECT_EQ(dropped[slot_of(cpus.front())].packets, each);
  EXPECT_EQ(dropped[slot_of(cpus.front())].bytes, each * small.size());
  EXPECT_EQ(dropped[slot_of(cpus.back())].packets, each);
  EXPECT_EQ(dropped[slot_of(cpus.back())].bytes, each * large.size());
  const auto passed = by_cpu(FilterVerdict::pass_rule);
  for (const unsigned cpu : cpus) EXPECT_EQ(passed[slot_of(cpu)].packets, each);
}

}  // namespace
}  // namespace mapctl::test
