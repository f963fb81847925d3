// filter test: which rule decides about packets, described or captured.

#include <nlohmann/json.hpp>

#include "captures.hpp"
#include "matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Field;
using testing::HasSubstr;
using testing::StartsWith;

class FilterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(sh("ip link add v0 type veth peer name v1 && mapctl filter load v0").exit, 0);
    ASSERT_THAT(sh("mapctl put filter_map 10.0.0.0/8 drop && "
                   "mapctl put filter_map 'tcp/22 from 10.1.0.0/16' pass && "
                   "mapctl put filter_map 192.0.2.7 drop"),
                IsSilent());
  }

  void TearDown() override {
    sh("ip link delete v0; rm -rf /sys/fs/bpf/filter_* " + std::string{directory});
  }

  static constexpr const char* directory = "/tmp/mapctl-captures";
};

TEST_F(FilterTest, TellsWhichRuleDecides) {
  EXPECT_THAT(sh("mapctl filter test 'tcp 10.1.2.3:5000 > 10.0.0.1:22' 'tcp 10.1.2.3 > :23' arp"),
              Prints("pass\tpass_rule\ttcp/22 from 10.1.0.0/16\n"
                     "drop\tdrop_rule\t10.0.0.0/8\n"
                     "pass\tarp_nd\t-\n"));
  EXPECT_THAT(sh("mapctl dump filter_map; mapctl filter status --interval 0 -o csv").out,
              testing::Not(testing::ContainsRegex("packets=[1-9]|_rule,[1-9]")));
}

TEST_F(FilterTest, AnswersInEveryFormat) {
  EXPECT_EQ(json::parse(sh("mapctl filter test -o json 'tcp 10.1.2.3 > :22' arp").out),
            json::parse(R"([{"packet":"tcp 10.1.2.3 > :22","seen":"tcp/22 from 10.1.2.3/32",
                             "verdict":"pass","reason":"pass_rule",
                             "rule":"tcp/22 from 10.1.0.0/16"},
                            {"packet":"arp","seen":null,"verdict":"pass","reason":"arp_nd",
                             "rule":null}])"));
  EXPECT_THAT(sh("mapctl filter test -o table 'gre 10.0.0.1'"),
              Prints("PACKET        VERDICT  REASON     RULE\n"
                     "gre 10.0.0.1  drop     drop_rule  10.0.0.0/8\n"));
}

TEST_F(FilterTest, FailsWhereAnotherVerdictWasExpected) {
  EXPECT_THAT(sh("mapctl filter test --expect drop 'gre 10.0.0.1'"),
              Prints("drop\tdrop_rule\t10.0.0.0/8\n"));
  const Outcome outcome = sh("mapctl filter test --expect pass 'gre 10.0.0.1' arp");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.out, StartsWith("drop\tdrop_rule\t10.0.0.0/8\npass"));
  EXPECT_THAT(outcome.err, HasSubstr("1 of 2 packets: another verdict than pass"));
}

TEST_F(FilterTest, SaysWhatWouldHaveWorked) {
  EXPECT_THAT(sh("mapctl filter test arp 'tpc 10.0.0.1'"), Fails(2, "did you mean 'tcp'?"));
  EXPECT_THAT(sh("mapctl filter test nosuch.pcap"),
              Fails(3, "a packet is described like 'tcp 192.0.2.7:5000 > 10.0.0.1:22'"));
  EXPECT_THAT(sh("mapctl filter test /bin/sh"), Fails(7, "no pcap or pcapng file"));
  EXPECT_THAT(sh("mapctl filter test"), Fails(2, "no packet is given"));
  EXPECT_THAT(sh("mapctl filter test --name other arp"), Fails(3, "no rules are pinned at"));
  EXPECT_THAT(sh("mapctl filter test --expect maybe arp"), Fails(2, "maybe"));
}

TEST_F(FilterTest, ReadsCapturesOfAllKinds) {
  sh(std::string{"mkdir -p "} + directory);
  const std::string path = std::string{directory} + "/";
  const std::vector<std::string> frames{tcp_frame(7, 22), tcp_frame(8, 443)};
  const std::vector<std::string> packets{tcp_packet(7, 22), tcp_packet(8, 443)};
  write_file(path + "a", pcap(frames));
  write_file(path + "b", pcap(frames, link_ethernet, ByteOrder::big, 0xa1b23c4d));
  write_file(path + "c", pcap(packets, link_raw));
  write_file(path + "d", pcapng(frames));
  write_file(path + "e", pcapng(packets, link_raw, ByteOrder::big));
  const json answers = json::parse(
      sh("cd " + std::string{directory} + " && mapctl filter test -o json a b c d e -f - <a").out);
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

TEST_F(FilterTest, CountsThePacketsOfACaptureByRule) {
  sh(std::string{"mkdir -p "} + directory);
  const std::string path = std::string{directory} + "/many.pcap";
  std::vector<std::string> frames(300, tcp_frame(7, 22));
  frames.insert(frames.end(), 200, tcp_frame(8, 22));
  write_file(path, pcap(frames));
  EXPECT_THAT(sh("mapctl filter test --summary " + path),
              Prints("300\tdrop\tdrop_rule\t192.0.2.7/32\n200\tpass\tpass_default\t-\n"));
}

TEST_F(FilterTest, RefusesCapturesThatItCannotRead) {
  sh(std::string{"mkdir -p "} + directory);
  const std::string path = std::string{directory} + "/bad.pcap";
  const auto asked = [&](const std::string& content) {
    write_file(path, content);
    return sh("mapctl filter test " + path);
  };
  EXPECT_THAT(asked(pcap({tcp_packet(7, 22)}, link_cooked)), Fails(7, "tcpdump -i eth0 -w FILE"));
  std::string cut = pcap({tcp_frame(8, 1), tcp_frame(7, 22)});
  cut.pop_back();
  EXPECT_THAT(asked(cut), AllOf(Field(&Outcome::exit, 7),
                                Field(&Outcome::err, HasSubstr("ends in the middle of a packet"))));
  EXPECT_THAT(asked(pcapng({tcp_frame(7, 22)}) + "garbage that is no block"),
              Field(&Outcome::err, HasSubstr("a block of it would have")));
  EXPECT_THAT(asked(""), Fails(7, "no pcap or pcapng file"));
}

}  // namespace
}  // namespace mapctl::test
