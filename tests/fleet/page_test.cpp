// The commands of docs/fleet.md work as they stand.

#include <fstream>

#include "agent.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

/// The commands of the page's first section, without their prompts.
std::string commands_of_page() {
  std::ifstream page(MAPCTL_SOURCE_DIR "/docs/fleet.md");
  std::string commands;
  for (std::string line; std::getline(page, line) && line != "## On every host";)
    if (line.starts_with("    $ ")) commands += line.substr(6) + "\n";
  return commands;
}

TEST(FleetPage, LeadsToAHostThatFollows) {
  const Etcd etcd;
  sh("ip link add eth0 type veth peer name eth1");
  const std::string commands = commands_of_page();
  ASSERT_EQ(std::count(commands.begin(), commands.end(), '\n'), 5);
  const std::string last = commands.substr(commands.rfind('\n', commands.size() - 2) + 1);
  Background shell("trap 'kill $!' INT; export ETCDCTL_API=3; " +
                   commands.substr(0, commands.size() - last.size()) + "wait");
  EXPECT_TRUE(comes_true([&] { return sh(last).exit == 0; }));
  EXPECT_THAT(sh("mapctl filter test 'tcp 203.0.113.9 > 10.0.0.1:80' --expect drop"),
              testing::Field(&Outcome::exit, 0));
  shell.interrupt();
}

TEST(FollowRules, HoldsWhatWouldDropAPacketThatMustPass) {
  const Etcd etcd;
  sh("ip link add eth0 type veth peer name eth1; mapctl filter load eth0; mapctl put filter_map "
     "10.0.0.0/8 drop");
  Etcd::put("192.0.2.0/25", "drop");
  const Agent agent("--must-pass 'tcp 192.0.2.200 > 10.0.0.1:22' --from " + etcd.uri(),
                    "filter_map");
  EXPECT_TRUE(comes_to_state("following"));
  Etcd::put("192.0.2.0/24", "drop");
  EXPECT_TRUE(comes_to_state("held", "would be dropped by 192.0.2.0/24"));
  EXPECT_EQ(sh("mapctl count filter_map").out, "1\n");
  Etcd::put("tcp/22 from 192.0.2.200", "pass");
  EXPECT_TRUE(comes_to_state("following"));
  EXPECT_EQ(sh("mapctl count filter_map").out, "3\n");
}

}  // namespace
}  // namespace mapctl::test
