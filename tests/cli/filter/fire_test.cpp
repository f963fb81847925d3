// Rules that the commands change while packets flow.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <net/if.h>

#include <fstream>
#include <string_view>

#include "mapctl/fd.hpp"
#include "support/filter/packets.hpp"
#include "support/filter/traffic.hpp"
#include "support/rounds.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

/// The program that filters v0 now.
Fd attached_program() {
  while (true) {
    std::uint32_t id = 0;
    if (bpf_xdp_query_id(static_cast<int>(if_nametoindex("v0")), 0, &id) != 0) return Fd();
    const int program = bpf_prog_get_fd_by_id(id);
    if (program >= 0) return Fd(program);  // otherwise it was replaced in between
  }
}

bool drops(const Fd& program, const Bytes& packet) {
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = packet.data();
  options.data_size_in = static_cast<std::uint32_t>(packet.size());
  EXPECT_EQ(bpf_prog_test_run_opts(program.get(), &options), 0);
  return options.retval == 1;
}

class FilterUnderFire : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("ip link add v0 type veth peer name v1 && mapctl filter load v0"),
                Prints("v0\tnative\tfalse\n"));
    program_ = attached_program();
  }

  void TearDown() override {
    sh("ip link delete v0; rm -f /sys/fs/bpf/filter_* fire.before fire.after");
  }

  bool is_dropped(const Bytes& packet) const { return drops(program_, packet); }

  static void put(const std::string& rule, const std::string& action) {
    ASSERT_THAT(sh("mapctl put filter_map '" + rule + "' " + action), IsSilent());
  }

  static std::string counted(const std::string& rule) {
    return sh("mapctl get filter_map '" + rule + "' -o json | jq -r .value.packets").out;
  }

 private:
  Fd program_;
};

/// The states of traffic whose changes are made and then undone.
std::vector<Expected> there_and_back(int times, const Expected& here, const Expected& there) {
  std::vector<Expected> states{here};
  for (int i = 0; i < times; ++i) states.insert(states.end(), {there, here});
  return states;
}

constexpr std::string_view always =
    "default\tdrop\n10.0.0.0/8\tdrop\n172.16.0.0/12\tpass\n192.0.2.0/24\tpass\n"
    "198.51.0.0/16\tdrop\n2001:db8::/32\tdrop\n";

/// The worst order for a tool that writes rules in the order of the file.
constexpr std::string_view at_times =
    "10.1.0.0/16\tpass\n172.16.0.0/16\tdrop\n198.51.100.0/24\tpass\n2001:db8:1::/48\tpass\n"
    "10.1.1.0/24\tdrop\n172.16.1.0/24\tpass\ntcp/22 from 198.51.100.0/24\tdrop\n"
    "2001:db8:1:1::/64\tdrop\n";

/// There are so many other rules that two of the rules above are not written at the same moment.
void write_others(std::ofstream& file) {
  for (int i = 0; i < 250; ++i)
    file << "203.0." << i << ".0/24\tpass\n"
         << "100." << i / 16 << '.' << i % 16 * 16 << ".0/20\t" << (i % 2 == 0 ? "drop" : "pass")
         << "\n2001:db9:" << i << "::/56\tpass\n";
}

TEST_F(FilterUnderFire, MeetsTheOldRulesOrTheNewWhileTheyAreSynced) {
  std::ofstream("fire.before") << always;
  std::ofstream more("fire.after");
  more << always << at_times;
  write_others(more);
  more.close();
  const int times = rounds(8, 2);
  const std::string sync = "mapctl sync filter_map --prune --max-delete 100% -o json -f fire.";
  ASSERT_EQ(sh(sync + "before").exit, 0);

  const std::vector<Bytes> packets = {udp_from("192.0.2.1", 53),    tcp_from("10.1.1.1", 22),
                                      udp_from("172.16.1.1", 53),   tcp_from("198.51.100.1", 22),
                                      ping_from("2001:db8:1:1::1"), tcp_from("10.1.2.1", 80),
                                      tcp_from("203.0.77.1", 80)};
  Traffic traffic(packets,
                  there_and_back(times, {false, true, false, true, true, true, true},
                                 {false, true, false, true, true, false, false}),
                  [&](const Bytes& packet) { return is_dropped(packet); });
  for (int i = 0; i < times; ++i) {
    traffic.change([&] { ASSERT_EQ(sh(sync + "after").exit, 0); });
    traffic.change([&] { ASSERT_EQ(sh(sync + "before").exit, 0); });
  }
  const auto sent = traffic.stop();
  EXPECT_EQ(traffic.wrong(), 0U) << traffic.first_wrong();
  EXPECT_GT(traffic.judged_in_a_change(), 0U);
  EXPECT_EQ(counted("192.0.2.0/24"), std::to_string(sent[0]) + "\n") << "it was never written";
}

TEST_F(FilterUnderFire, MeetsTheOldRulesOrTheNewWhileOneIsPutAndDeleted) {
  put("10.0.0.0/8", "drop");
  put("192.0.2.0/24", "drop");
  put("203.0.113.0/24", "action=drop,packets=5");
  const int times = rounds(12);
  const std::vector<Bytes> packets = {tcp_from("192.0.2.1", 22), tcp_from("10.3.4.1", 22),
                                      tcp_from("10.3.3.1", 22)};
  Traffic traffic(packets, there_and_back(times, {true, true, true}, {true, true, false}),
                  [&](const Bytes& packet) { return is_dropped(packet); });
  for (int i = 0; i < times; ++i) {
    traffic.change([&] { put("10.3.3.0/24", "pass"); });
    put("203.0.113.0/24", i % 2 == 0 ? "pass" : "drop");
    const std::string end =
        i % 2 == 0 ? "del filter_map 10.3.3.0/24" : "put filter_map 10.3.3.0/24 drop";
    traffic.change([&] { ASSERT_THAT(sh("mapctl " + end), IsSilent()); });
  }
  const auto sent = traffic.stop();
  EXPECT_EQ(traffic.wrong(), 0U) << traffic.first_wrong();
  EXPECT_GT(traffic.judged_in_a_change(), 0U);
  EXPECT_EQ(counted("192.0.2.0/24"), std::to_string(sent[0]) + "\n") << "it was never written";
  EXPECT_EQ(counted("203.0.113.0/24"), "5\n") << "put keeps what was counted";
}

// A restored map is a new map: the filter keeps the old one until it is loaded again.
TEST_F(FilterUnderFire, MeetsTheOldRulesOrTheNewWhileTheirMapIsReplaced) {
  put("10.0.0.0/8", "drop");
  put("10.1.0.0/16", "pass");
  put("10.1.1.0/24", "drop");
  ASSERT_EQ(sh("mapctl save filter_map -f fire.before").exit, 0);
  const int times = rounds(3, 2);
  Traffic traffic({tcp_from("10.1.1.1", 22), tcp_from("10.1.2.1", 22)},
                  std::vector<Expected>(static_cast<std::size_t>(2 * times) + 1, {true, false}),
                  [&](const Bytes& packet) { return drops(attached_program(), packet); });
  for (int i = 0; i < times; ++i) {
    traffic.change([&] { ASSERT_EQ(sh("mapctl restore --replace -f fire.before").exit, 0); });
    traffic.change([&] { ASSERT_THAT(sh("mapctl filter load v0"), Prints("v0\tnative\ttrue\n")); });
  }
  traffic.stop();
  EXPECT_EQ(traffic.wrong(), 0U) << traffic.first_wrong();
  EXPECT_GT(traffic.judged_in_a_change(), 0U);
  EXPECT_THAT(sh("mapctl filter status -o json | jq .interfaces[0].uses_pinned_map"),
              Prints("true\n"));
}

}  // namespace
}  // namespace mapctl::test
