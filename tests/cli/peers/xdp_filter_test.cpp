// Tests with an independent filter: xdp-filter's own status shows the changes that mapctl makes to
// its maps.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// xdp-filter runs on v0; the host 10.9.0.2 beyond it has its own network namespace.
class XdpFilter : public testing::Test {
 protected:
  void SetUp() override {
    // Other runs of xdp-filter lock and name things in /run, too.
    ASSERT_THAT(sh("mount -t tmpfs tmp /run"), IsSilent());
    ASSERT_THAT(sh("ip netns add host && ip link add v0 type veth peer name v1 netns host"),
                IsSilent());
    ASSERT_EQ(sh("xdp-filter load v0").exit, 0);
  }

  void TearDown() override {
    sh("ip link delete v0; ip netns delete host; rm -rf /sys/fs/bpf/xdp*; umount /run");
  }

  static void connect_host() {
    ASSERT_THAT(sh("ip addr add 10.9.0.1/24 dev v0 && ip link set v0 up"), IsSilent());
    ASSERT_THAT(sh("ip -n host addr add 10.9.0.2/24 dev v1 && ip -n host link set v1 up"),
                IsSilent());
  }

  /// True if one echo request is answered in the end.
  static bool host_is_answered() {
    return sh("ip netns exec host ping -c 1 -w 10 10.9.0.1").exit == 0;
  }
};

const std::string directory = "/sys/fs/bpf/xdp-filter/";

std::string ipv4(const std::string& verb) {
  return "mapctl " + verb + " " + directory + "filter_ipv4 --key-as ipv4 ";
}

/// Ports are stored in network order, as an array's index.
std::string port(const std::string& verb) {
  return "mapctl " + verb + " " + directory + "filter_ports --key-as '{port:be16,zero:u16}' ";
}

std::string mac(const std::string& verb) {
  return "mapctl " + verb + " " + directory + "filter_ethernet ";
}

/// xdp-filter's status: actions with packets, rules with mode and hits, one blank between words.
std::string status() { return sh("xdp-filter status | sed 's/  */ /g'").out; }

/// The count in the values of all CPUs, above the bits that say which packets the rule matches.
std::uint64_t hits(const json& values) {
  constexpr int mode_bits = 6;
  std::uint64_t sum = 0;
  for (const json& each : values) sum += each["value"].get<std::uint64_t>() >> mode_bits;
  return sum;
}

TEST_F(XdpFilter, HasMapsThatAreListedWithTheirPins) {
  for (const char* name :
       {"filter_ethernet", "filter_ipv4", "filter_ipv6", "filter_ports", "xdp_stats_map"}) {
    const json rows =
        json::parse(sh(std::string{"mapctl list --pinned -o json "} + name).out, nullptr, false);
    ASSERT_EQ(rows.size(), 1U) << name;
    EXPECT_EQ(rows[0]["pinned"], json::array({directory + name}));
  }
  EXPECT_THAT(sh("mapctl list -t percpu_hash --pinned | wc -l"), Prints("3\n"));
}

TEST_F(XdpFilter, HasMapsThatAreShownWithTypesAndPrograms) {
  const json shown =
      json::parse(sh("mapctl show -o json " + directory + "filter_ethernet").out, nullptr, false);
  EXPECT_EQ(shown["key"], "{addr:mac}");
  EXPECT_EQ(shown["value"], "u64");
  ASSERT_EQ(shown["programs"].size(), 1U);
  EXPECT_EQ(shown["programs"][0]["name"], "xdpfilt_alw_all");
}

TEST_F(XdpFilter, WritesRulesThatMapctlReads) {
  sh("xdp-filter ip 10.0.0.3 -m src; xdp-filter ip 2001:db8::1; xdp-filter port 22 -m dst -p tcp; "
     "xdp-filter ether 02:00:00:00:00:01 -m src,dst");
  EXPECT_THAT(sh(ipv4("get") + "10.0.0.3 -o json | jq -c '[.values[].value] | unique'"),
              Prints("[1]\n"));
  EXPECT_THAT(sh(port("get") + "port=22 -o json | jq -c '[.values[].value] | unique'"),
              Prints("[6]\n"));
  EXPECT_THAT(sh("mapctl keys " + directory + "filter_ipv6"), Prints("2001:db8::1\n"));
  EXPECT_THAT(sh(mac("dump") + "-o jsonl | jq -r '.key.addr, .values[0].value'"),
              Prints("02:00:00:00:00:01\n3\n"));
  EXPECT_THAT(sh("mapctl count " + directory + "filter_ipv4"), Prints("1\n"));
}

TEST_F(XdpFilter, HasKeysThatAreAddressesOnceTheUserSaysSo) {
  EXPECT_THAT(sh("mapctl put " + directory + "filter_ipv4 10.0.0.3 1"),
              Fails(2, "if the keys are addresses all the same: --key-as ipv4"));
  EXPECT_THAT(sh(ipv4("put") + "10.0.0.3 1 && " + ipv4("keys")), Prints("10.0.0.3\n"));
}

TEST_F(XdpFilter, TellsOfTheRulesThatMapctlPuts) {
  EXPECT_THAT(sh(ipv4("put") + "10.0.0.3 1"), IsSilent());
  EXPECT_THAT(sh("mapctl put " + directory + "filter_ipv6 2001:db8::1 2"), IsSilent());
  EXPECT_THAT(sh(port("put") + "port=443 10"), IsSilent());
  EXPECT_THAT(sh(mac("put") + "addr=02:00:00:00:00:01 3"), IsSilent());
  EXPECT_THAT(status(),
              AllOf(HasSubstr(" 10.0.0.3 src 0\n"), HasSubstr(" 2001:db8::1 dst 0\n"),
                    HasSubstr(" 443 dst,udp 0\n"), HasSubstr(" 02:00:00:00:00:01 src,dst 0\n")));
}

TEST_F(XdpFilter, TellsNoMoreOfTheRulesThatMapctlTakesAway) {
  sh("xdp-filter ip 10.0.0.3; xdp-filter ip 10.0.0.4; xdp-filter port 22");
  EXPECT_THAT(sh(ipv4("del") + "10.0.0.3"), IsSilent());
  EXPECT_THAT(sh(ipv4("pop") + "10.0.0.4 -o json | jq -c '[.values[].value] | unique'"),
              Prints("[2]\n"));
  EXPECT_THAT(sh(port("put") + "port=22 0"), IsSilent());
  EXPECT_THAT(status(), AllOf(Not(HasSubstr(" 10.0.0.3 ")), Not(HasSubstr(" 10.0.0.4 ")),
                              Not(HasSubstr(" 22 "))));
  EXPECT_THAT(sh("mapctl count " + directory + "filter_ipv4"), Prints("0\n"));
}

TEST_F(XdpFilter, DropsWhatARuleOfMapctlSays) {
  connect_host();
  ASSERT_TRUE(host_is_answered());
  ASSERT_THAT(sh(ipv4("put") + "10.9.0.2 1"), IsSilent());
  EXPECT_NE(sh("ip netns exec host ping -c 3 -i 0.01 -W 0.1 10.9.0.1").exit, 0);
  EXPECT_THAT(status(), HasSubstr(" 10.9.0.2 src 3\n"));
  EXPECT_EQ(hits(json::parse(sh(ipv4("get") + "10.9.0.2 -o json").out)["values"]), 3U);
  ASSERT_THAT(sh(ipv4("del") + "10.9.0.2"), IsSilent());
  EXPECT_TRUE(host_is_answered());
}

TEST_F(XdpFilter, CountsWhatMapctlAddsUp) {
  connect_host();
  ASSERT_TRUE(host_is_answered());
  const std::string stats = directory + "xdp_stats_map";
  sh("for cpu in 0 1; do mapctl put " + stats + " 1 packets=2,bytes=1024 --cpu $cpu; done");
  sh("xdp-filter ip 10.9.0.2 -m src; ip netns exec host ping -c 3 -i 0.01 -W 0.1 10.9.0.1");
  EXPECT_THAT(status(), HasSubstr(" XDP_DROP 7 pkts 2 KiB\n"));
  EXPECT_THAT(sh("mapctl get " + stats + " 1 --sum"), Prints("packets=7,bytes=2342\n"));
  EXPECT_THAT(sh("mapctl dump " + stats + " --sum | sed -n 2p"),
              Prints("1\tpackets=7,bytes=2342\n"));
}

TEST_F(XdpFilter, TakesItsMapsAlongWhenItIsUnloaded) {
  const std::string id = sh("mapctl show -o json " + directory + "filter_ipv4 | jq .id").out;
  ASSERT_EQ(sh("xdp-filter unload v0").exit, 0);
  EXPECT_THAT(sh("mapctl list --pinned -o json"), Prints("[]\n"));
  // The kernel frees a program, and the maps it holds, only after a while.
  EXPECT_EQ(sh("id=" + id + "timeout 10 sh -c 'while mapctl show id:'$id'; do :; done'").exit, 0);
  EXPECT_EQ(sh("mapctl show id:" + id).exit, 3);
}

}  // namespace
}  // namespace mapctl::test
