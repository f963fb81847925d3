// filter test prints which rule decides about packets, described or captured.

#include <nlohmann/json.hpp>

#include "support/filter/captures.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A directory for captures.
class FilterQuestion : public testing::Test {
 protected:
  FilterQuestion() { sh("mkdir -p " + directory); }
  ~FilterQuestion() override { sh("rm -r " + directory); }

  const std::string directory = "/tmp/mapctl-captures";
};

class FilterTest : public FilterQuestion {
 protected:
  void SetUp() override {
    ASSERT_EQ(sh("ip link add v0 type veth peer name v1 && mapctl filter load v0").exit, 0);
    ASSERT_THAT(sh("mapctl put filter_map 10.0.0.0/8 drop && "
                   "mapctl put filter_map 'tcp/22 from 10.1.0.0/16' pass && "
                   "mapctl put filter_map 192.0.2.7 drop"),
                IsSilent());
  }

  void TearDown() override { sh("ip link delete v0; rm -f /sys/fs/bpf/filter_*"); }
};

TEST_F(FilterTest, TellsWhichRuleDecidesAndCountsNothing) {
  EXPECT_THAT(sh("mapctl filter test 'tcp 10.1.2.3:5000 > 10.0.0.1:22' 'tcp 10.1.2.3 > :23' arp"),
              Prints("pass\tpass_rule\ttcp/22 from 10.1.0.0/16\n"
                     "drop\tdrop_rule\t10.0.0.0/8\n"
                     "pass\tarp_nd\t-\n"));
  EXPECT_THAT(sh("mapctl dump filter_map; mapctl filter status --interval 0 -o csv").out,
              testing::Not(testing::ContainsRegex("packets=[1-9]|_rule,[1-9]")));
}

TEST_F(FilterTest, FailsWhereAnotherVerdictWasExpected) {
  EXPECT_THAT(sh("mapctl filter test --expect drop -o table 'gre 10.0.0.1'"),
              Prints("packet        verdict  reason     rule\n"
                     "gre 10.0.0.1  drop     drop_rule  10.0.0.0/8\n"));
  const Outcome outcome = sh("mapctl filter test --expect drop -o json 'tcp 10.0.0.1 > :22' arp");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.err, HasSubstr("1 of 2 packets: another verdict than drop"));
  EXPECT_EQ(json::parse(outcome.out),
            json::parse(R"([{"packet":"tcp 10.0.0.1 > :22","seen":"tcp/22 from 10.0.0.1/32",
                             "verdict":"drop","reason":"drop_rule","rule":"10.0.0.0/8"},
                            {"packet":"arp","seen":null,"verdict":"pass","reason":"arp_nd",
                             "rule":null}])"));
}

TEST_F(FilterTest, ReadsCapturesOfAllKinds) {
  const std::vector<std::string> frames{tcp_frame(7, 22), tcp_frame(8, 443)};
  const std::vector<std::string> packets{tcp_packet(7, 22), tcp_packet(8, 443)};
  write_file(directory + "/a", pcap(frames));
  write_file(directory + "/b", pcap(frames, link_ethernet, ByteOrder::big, 0xa1b23c4d));
  write_file(directory + "/c", pcap(packets, link_raw));
  write_file(directory + "/d", pcapng(frames));
  write_file(directory + "/e", pcapng(packets, link_raw, ByteOrder::big));
  const json answers =
      json::parse(sh("cd " + directory + " && mapctl filter test -o json a b c d e -f - <a").out);
  ASSERT_EQ(answers.size(), 12U);
  for (std::size_t i = 0; i < answers.size(); i += 2) {
    const std::string file(1, i == 10 ? '-' : "abcde"[i / 2]);
    EXPECT_EQ(answers[i]["packet"], file + ":1");
    EXPECT_EQ(answers[i]["rule"], "192.0.2.7/32");
    EXPECT_EQ(answers[i + 1]["packet"], file + ":2");
    EXPECT_EQ(answers[i + 1]["seen"], "tcp/443 from 192.0.2.8/32");
    EXPECT_EQ(answers[i + 1]["reason"], "pass_default");
  }
}

TEST_F(FilterTest, ReadsARestoredMap) {
  ASSERT_EQ(sh("cd " + directory + " && mapctl save filter_map -f r && " +
               "mapctl filter unload --all --purge --yes && mapctl restore -f r")
                .exit,
            0);
  EXPECT_THAT(sh("mapctl filter test 'tcp 10.1.2.3 > :22'"),
              Prints("pass\tpass_rule\ttcp/22 from 10.1.0.0/16\n"));
}

TEST_F(FilterTest, TellsWhichInterfaceDoesNotLookAtDestinations) {
  ASSERT_EQ(sh("mapctl put filter_map 'to 198.51.100.0/24' drop && "
               "mapctl filter load v1 --destinations")
                .exit,
            0);
  const Outcome outcome = sh("mapctl filter test 'tcp 203.0.113.1 > 198.51.100.1:22'");
  EXPECT_EQ(outcome.out, "drop\tdrop_rule\tto 198.51.100.0/24\n");
  EXPECT_THAT(outcome.err, HasSubstr("by destination; on v0 the filter does not"));
}

TEST_F(FilterTest, CountsThePacketsOfACaptureByRule) {
  std::vector<std::string> frames(300, tcp_frame(7, 22));
  frames.insert(frames.end(), 200, tcp_frame(8, 22));
  frames.push_back(tcp_frame(8, 22).substr(0, 20));
  write_file(directory + "/many.pcap", pcap(frames));
  EXPECT_THAT(sh("mapctl filter test --summary " + directory + "/many.pcap"),
              Prints("300\tdrop\tdrop_rule\t192.0.2.7/32\n200\tpass\tpass_default\t-\n"
                     "1\tdrop\tmalformed\t-\n"));
}

TEST_F(FilterQuestion, SaysWhatWouldHaveWorked) {
  EXPECT_THAT(sh("mapctl filter test arp 'tpc 10.0.0.1'"), Fails(2, "did you mean 'tcp'?"));
  EXPECT_THAT(sh("mapctl filter test nosuch.pcap"),
              Fails(3, "a packet is described like 'tcp 192.0.2.7:5000 > 10.0.0.1:22'"));
  EXPECT_THAT(sh("mapctl filter test"), Fails(2, "no packet is given"));
  EXPECT_THAT(sh("mapctl filter test --name other arp"), Fails(3, "no rules are pinned at"));
  EXPECT_THAT(sh("mapctl filter test --expect maybe arp"), Fails(2, "maybe"));
}

TEST_F(FilterQuestion, RefusesCapturesThatItCannotRead) {
  const auto asked = [&](const std::string& content) {
    write_file(directory + "/bad", content);
    return sh("mapctl filter test " + directory + "/bad");
  };
  const std::string frame = tcp_frame(7, 22);
  const std::string whole = pcap({frame});
  EXPECT_THAT(asked(""), Fails(7, "no pcap or pcapng file"));
  EXPECT_THAT(asked(pcap({})), Fails(7, "the capture has none"));
  EXPECT_THAT(asked(pcapng({})), Fails(7, "the capture has none"));
  EXPECT_THAT(asked(std::string(100, 'x')), Fails(7, "no pcap or pcapng file"));
  EXPECT_THAT(asked(pcap({tcp_packet(7, 22)}, link_cooked)), Fails(7, "tcpdump -i eth0 -w FILE"));
  EXPECT_THAT(asked(whole.substr(0, whole.size() - 1)), Fails(7, "ends in the middle of a packet"));
  EXPECT_THAT(asked(pcapng({}) + "garbage that is no block at all"), Fails(7, "a block of it"));
  EXPECT_THAT(asked(pcapng({frame}).substr(0, 60)), Fails(7, "ends in the middle of a block"));
}

}  // namespace
}  // namespace mapctl::test
