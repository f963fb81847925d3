// A host that drops by default and takes replies: real traffic with a host beyond a veth.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The host "peer" is 10.9.0.2 and fd09::2, beyond v0.
class FilterReplying : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mount -t tmpfs tmp /run && ip netns add peer && "
                   "ip link add v0 type veth peer name v1 netns peer && "
                   "ip addr add 10.9.0.1/24 dev v0 && ip addr add fd09::1/64 dev v0 nodad && "
                   "ip link set v0 up && ip -n peer addr add 10.9.0.2/24 dev v1 && "
                   "ip -n peer addr add fd09::2/64 dev v1 nodad && ip -n peer link set v1 up"),
                IsSilent());
    sh("ping -c 1 -w 10 10.9.0.2; ping -c 1 -w 10 fd09::2");  // the link is ready
  }
  void TearDown() override {
    sh("ip link delete v0; ip netns delete peer; rm -f /sys/fs/bpf/filter*; umount /run");
  }
};

/// A closed port answers at once, unless its answer is dropped.
std::string connect_to(const std::string& address) {
  return "timeout 2 bash -c '</dev/tcp/" + address + "/9' 2>&1";
}

TEST_F(FilterReplying, ReachesOthersAndIsNotReached) {
  sh("mapctl filter load v0 --default drop --replies --yes");
  for (const std::string suffix : {"10.9.0.", "fd09::"}) {
    EXPECT_EQ(sh("ping -c 1 -w 5 " + suffix + "2").exit, 0);
    EXPECT_THAT(sh(connect_to(suffix + "2")).out, HasSubstr("refused"));
    EXPECT_NE(sh("ip netns exec peer ping -c 1 -W 1 " + suffix + "1").exit, 0);
    EXPECT_THAT(sh("ip netns exec peer " + connect_to(suffix + "1")).out,
                Not(HasSubstr("refused")));
  }
  const auto status = nlohmann::json::parse(sh("mapctl filter status --interval 0 -o json").out);
  EXPECT_EQ(status["interfaces"][0]["replies"], true);
  EXPECT_EQ(status["interfaces"][0]["established"], false);
}

TEST_F(FilterReplying, SaysWhatItWouldDropWithoutTheOption) {
  EXPECT_THAT(sh("mapctl filter load v0 --default drop --yes").err,
              HasSubstr("default drops replies to this host's own connections"));
  EXPECT_NE(sh("ping -c 1 -W 1 10.9.0.2").exit, 0);
  EXPECT_THAT(sh("mapctl filter load v0 --replies").err, Not(HasSubstr("default drops")));
  EXPECT_EQ(sh("ping -c 1 -w 5 10.9.0.2").exit, 0);
  EXPECT_THAT(sh("mapctl filter load v0 --established").err, Not(HasSubstr("default drops")));
  EXPECT_THAT(sh("mapctl filter test 'icmp 10.9.0.2 type 0' -o plain").out,
              HasSubstr("drop_default"));
}

}  // namespace
}  // namespace mapctl::test
