// Pins of other users where the filter, and restore, look for their own.

#include <filesystem>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* is_of_nobody = "belongs to nobody (user id 65534)";

/// Works in a directory of the bpffs that everybody may write to.
class OwnersOfPins : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("ip link add v0 type veth peer name v1"), IsSilent());
    ASSERT_THAT(sh("mkdir -m 1777 /sys/fs/bpf/shared"), IsSilent());
    setenv("MAPCTL_BPFFS", "/sys/fs/bpf/shared", 1);
  }
  void TearDown() override {
    unsetenv("MAPCTL_BPFFS");
    sh("ip link delete v0; rm -rf /sys/fs/bpf/shared");
  }

  /// What a load left, but with one of the pins in other hands.
  static void load_and_give_away(const std::string& pin) {
    ASSERT_EQ(sh("mapctl filter load v0 && chown -h 65534 /sys/fs/bpf/shared/" + pin).exit, 0);
  }
};

TEST_F(OwnersOfPins, LoadRefusesRulesAndStatisticsAndLinksOfOthers) {
  for (const char* pin : {"filter_map", "filter_stats", "filter_link_v0"}) {
    load_and_give_away(pin);
    EXPECT_THAT(sh("mapctl filter load v0"),
                AllOf(Fails(4, std::string{"shared/"} + pin + ": it " + is_of_nobody),
                      Fails(4, "if you trust its owner: --adopt")));
    EXPECT_EQ(sh("mapctl filter load v0 --adopt").exit, 0);
    EXPECT_EQ(sh("mapctl filter unload v0 --purge --yes --adopt").exit, 0);
  }
}

TEST_F(OwnersOfPins, LoadRefusesLinksOfOthersToPins) {
  sh("mapctl create other -t hash -k u32 -v u32 -n 9");
  sh("cd /sys/fs/bpf/shared && mapctl filter load v0 && mapctl filter unload v0 --yes && "
     "mv filter_map real && ln -s real filter_map && chown -h 65534 filter_map");
  EXPECT_THAT(sh("mapctl filter load v0"),
              Fails(4, std::string{"shared/filter_map: this link "} + is_of_nobody));
  EXPECT_EQ(sh("chown -h 0 /sys/fs/bpf/shared/filter_map; mapctl filter load v0").exit, 0);
  EXPECT_THAT(sh("chown 65534 /sys/fs/bpf/shared/real; mapctl filter load v0"),
              Fails(4, std::string{"shared/real: it "} + is_of_nobody));
}

TEST_F(OwnersOfPins, UnloadRefusesThemAndDetachesNothing) {
  load_and_give_away("filter_link_v0");
  for (const char* what : {"v0", "--all", "v0 --purge"})
    EXPECT_THAT(sh(std::string{"mapctl filter unload --yes "} + what), Fails(4, is_of_nobody));
  EXPECT_EQ(sh("mapctl filter unload v0 --yes --adopt").exit, 0);
}

TEST_F(OwnersOfPins, StatusReportsThem) {
  load_and_give_away("filter_map");
  const Outcome outcome = sh("mapctl filter status");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, HasSubstr(std::string{"shared/filter_map "} + is_of_nobody));
  EXPECT_THAT(sh("chown 0 /sys/fs/bpf/shared/filter_map; mapctl filter status").err,
              Not(HasSubstr("belongs to")));
}

TEST_F(OwnersOfPins, RestoreReplacesNothingOfOthers) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 9; mapctl save m -f saved");
  const std::string restore = "mapctl restore m -f saved --replace";
  EXPECT_THAT(sh("chown 65534 /sys/fs/bpf/shared/m;" + restore),
              AllOf(Fails(4, std::string{"shared/m: it "} + is_of_nobody), Fails(4, "--adopt")));
  EXPECT_EQ(sh(restore + " --adopt").exit, 0);
  EXPECT_THAT(sh("stat -c %u /sys/fs/bpf/shared/m"), Prints("65534\n"));
}

TEST_F(OwnersOfPins, RestoreFollowsNoLinkOfOthers) {
  sh("mapctl create victim -t hash -k u32 -v u32 -n 9; mapctl save victim -f saved; "
     "ln -s victim /sys/fs/bpf/shared/m; chown -h 65534 /sys/fs/bpf/shared/m");
  const std::string id = sh("mapctl show victim -o json | grep -o '\"id\":[0-9]*'").out;
  EXPECT_THAT(sh("mapctl restore m -f saved --replace"),
              Fails(4, std::string{"shared/m: this link "} + is_of_nobody));
  EXPECT_THAT(sh("mapctl show victim -o json | grep -o '\"id\":[0-9]*'"), Prints(id));
  EXPECT_EQ(sh("chown -h 0 /sys/fs/bpf/shared/m; mapctl restore m -f saved --replace").exit, 0);
}

}  // namespace
}  // namespace mapctl::test
