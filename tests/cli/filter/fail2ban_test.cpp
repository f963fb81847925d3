// The action for fail2ban, with fail2ban itself.

#include "shipped_files.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

/// The host "peer" is 10.9.0.2, beyond v0.
class Fail2ban : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(
        sh("mount -t tmpfs tmp /run && ip netns add peer && "
           "ip link add v0 type veth peer name v1 netns peer && ip addr add 10.9.0.1/24 dev v0 && "
           "ip link set v0 up && ip -n peer addr add 10.9.0.2/24 dev v1 && ip -n peer link set v1 "
           "up && "
           "mapctl filter load v0 >/dev/null"),
        IsSilent());
    write("action.d/mapctl.conf", fail2ban_action);
    write("filter.d/login.conf", "[Definition]\nfailregex = failed login from <HOST>$\n");
    write(
        "jail.conf",
        "[login]\nenabled = true\nbackend = polling\nlogpath = /run/f2b/login.log\nfilter = login\n"
        "maxretry = 3\nfindtime = 600\nbantime = 600\naction = mapctl\n");
    write("fail2ban.conf",
          "[Definition]\nloglevel = INFO\nlogtarget = /run/f2b/fail2ban.log\nsyslogsocket = auto\n"
          "socket = /run/f2b/socket\npidfile = /run/f2b/pid\ndbfile = None\n");
    ASSERT_EQ(sh("touch /run/f2b/login.log && fail2ban-client -c /run/f2b start").exit, 0);
  }
  void TearDown() override {
    sh("fail2ban-client -c /run/f2b stop; mapctl filter unload v0; ip link delete v0; ip netns "
       "delete peer; "
       "umount /run");
  }

  static void write(const std::string& name, const std::string& text) {
    ASSERT_THAT(sh("mkdir -p /run/f2b/$(dirname " + name + ") && cat >/run/f2b/" + name +
                   " <<'END'\n" + text + "\nEND"),
                IsSilent());
  }
  static bool can_reach_us() { return sh("ip netns exec peer ping -c 1 -W 1 10.9.0.1").exit == 0; }
};

TEST_F(Fail2ban, BansAndUnbansOnPackets) {
  ASSERT_TRUE(can_reach_us());
  sh("for i in 1 2 3; do echo \"$(date '+%F %T') failed login from 10.9.0.2\" "
     ">>/run/f2b/login.log; done");
  EXPECT_EQ(sh("timeout 30 mapctl watch filter_map --until 'action = drop' --interval 100ms").exit,
            0)
      << sh("cat /run/f2b/fail2ban.log").out;
  EXPECT_THAT(sh("mapctl keys filter_map"), Prints("10.9.0.2/32\n"));
  EXPECT_FALSE(can_reach_us());
  EXPECT_EQ(sh("fail2ban-client -c /run/f2b set login unbanip 10.9.0.2").exit, 0);
  EXPECT_THAT(sh("mapctl keys filter_map"), Prints(""));
  EXPECT_TRUE(can_reach_us());
}

}  // namespace
}  // namespace mapctl::test
