// filter status: its output and its notes.

#include <nlohmann/json.hpp>

#include "mapctl/filter/verdict.hpp"
#include "support/shell/matchers.hpp"
#include "support/shell/terminal.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class FilterStatusWords : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(sh("ip link add v0 type veth peer name v1").exit, 0);
    ASSERT_EQ(sh("mapctl filter load v0 --max-entries 4").exit, 0);
  }

  void TearDown() override { sh("ip link delete v0; rm -rf /sys/fs/bpf/*"); }

  static json status() {
    return json::parse(sh("mapctl filter status --interval 200ms -o json").out);
  }
};

TEST_F(FilterStatusWords, HasADocumentForPrograms) {
  ASSERT_EQ(sh("mkdir /sys/fs/bpf/o; MAPCTL_BPFFS=/sys/fs/bpf/o mapctl filter load v1").exit, 0);
  const json document = status();
  EXPECT_EQ(document["name"], "filter");
  EXPECT_EQ(document["map"], "/sys/fs/bpf/filter_map");
  EXPECT_EQ(document["max_entries"], 4);
  EXPECT_GE(document["interval"], 0.2);
  EXPECT_EQ(document["dropped"]["packets"], 0);
  ASSERT_EQ(document["interfaces"].size(), 1U);
  const json& interface = document["interfaces"][0];
  EXPECT_EQ(interface["mode"], "native");
  EXPECT_EQ(interface["program"], "mapctl_filter");
  EXPECT_THAT(interface["tag"].get<std::string>(), testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_THAT(interface["loaded"].get<std::string>(), testing::MatchesRegex("20[0-9-]+T[0-9:]+Z"));
  EXPECT_EQ(interface["pin"], "/sys/fs/bpf/filter_link_v0");
  ASSERT_EQ(document["foreign"].size(), 1U);
  EXPECT_EQ(document["foreign"][0]["interface"], "v1");
  EXPECT_EQ(document["foreign"][0]["mode"], "native");
  EXPECT_EQ(document["foreign"][0]["program"], "mapctl_filter");
  EXPECT_TRUE(document["foreign"][0]["filter"].is_null());
  EXPECT_THAT(sh("mapctl filter status -o table").out, HasSubstr("\n\nother_programs_on"));
  ASSERT_EQ(document["verdicts"].size(), filter_verdict_count);
  for (const json& verdict : document["verdicts"]) {
    EXPECT_EQ(verdict["packets_per_second"], 0);
    EXPECT_GE(verdict["cpus"].size(), 1U);
  }
}

TEST_F(FilterStatusWords, LeavesOutTheLinkThatAUserMayNotOpen) {
  const Outcome outcome = sh("chmod 0755 /sys/fs/bpf; chmod 0644 /sys/fs/bpf/filter_*; " +
                             std::string{as_nobody} + "mapctl filter status --interval 0 -o json");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, HasSubstr("the link at /sys/fs/bpf/filter_link_v0 is not shown"));
  EXPECT_EQ(json::parse(outcome.out)["max_entries"], 4);
}

TEST_F(FilterStatusWords, TellsRatesFromTwoLooks) {
  const Outcome outcome =
      sh("touch /tmp/mapctl-counting; "
         "(i=0; while [ -e /tmp/mapctl-counting ]; do i=$((i+1)); "
         "mapctl put filter_stats 2 packets=${i},bytes=${i}00 --cpu 0; done) & "
         "mapctl filter status --interval 1 -o json; rm /tmp/mapctl-counting; wait");
  const json document = json::parse(outcome.out);
  EXPECT_GT(document["dropped"]["packets_per_second"], 0) << outcome.err;
  const auto drop_rule = std::ranges::find_if(
      document["verdicts"], [](const json& each) { return each["reason"] == "drop_rule"; });
  EXPECT_EQ((*drop_rule)["verdict"], "drop");
  EXPECT_GT((*drop_rule)["bytes_per_second"], 0);
  EXPECT_GT((*drop_rule)["cpus"][0]["packets"], 0);
  EXPECT_TRUE(
      json::parse(
          sh("mapctl filter status --interval 0 -o json").out)["dropped"]["packets_per_second"]
          .is_null());
}

TEST_F(FilterStatusWords, TellsRatesUnaskedOnlyOnATerminal) {
  EXPECT_TRUE(json::parse(sh("mapctl filter status -o json").out)["interval"].is_null());
  EXPECT_THAT(sh("mapctl filter status -o table").out, Not(HasSubstr("packets/s")));
  OnTerminal mapctl("mapctl filter status");
  EXPECT_EQ(mapctl.wait(), 0);
  EXPECT_THAT(mapctl.seen(), HasSubstr("packets/s"));
}

TEST_F(FilterStatusWords, HasATableForPeopleAndLinesForScripts) {
  sh("mapctl put filter_map default drop; mapctl put filter_stats 2 packets=5,bytes=5120 --cpu 0");
  const Outcome outcome = sh("mapctl filter status --interval 1ms -o table");
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("rules    1 of 4 (25 %)\ndefault  drop\n"),
                    ContainsRegex("\ninterface  place +mode "), ContainsRegex("\nv0 +here +native"),
                    ContainsRegex("\nverdict +reason +packets +bytes +packets/s +bytes/s\n"),
                    ContainsRegex("\ndrop +drop_rule +5 +5.0 KiB +"),
                    ContainsRegex("\ndrop +all +5 +5.0 KiB +"), Not(HasSubstr("other_programs"))));
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(sh("mapctl filter status --interval 0").out,
              AllOf(ContainsRegex("\nrules\t1\nmax_entries\t4\n"),
                    ContainsRegex("\ninterface\tv0\there\tnative\t"),
                    ContainsRegex("\nverdict\tdrop\tdrop_rule\t5\t5120\t-\t-\n")));
  EXPECT_THAT(sh("mapctl filter status --interval 0 -o csv | head -2"),
              Prints("verdict,reason,packets,bytes,packets_per_second,bytes_per_second\n"
                     "pass,pass_default,0,0,,\n"));
}

TEST_F(FilterStatusWords, NotesWhatIsWrong) {
  sh("for i in 1 2 3; do mapctl put filter_map 10.0.0.$i drop; done; "
     "mapctl put filter_map 10.1.0.0/16 action=9");
  EXPECT_THAT(sh("mapctl filter status --interval 0").err,
              AllOf(HasSubstr("filter_map is nearly full: 4 of 4 rules"),
                    HasSubstr("1 rules neither drop nor pass"), Not(HasSubstr("no program"))));
  EXPECT_THAT(sh("mapctl dump filter_map --where 'action != drop and action != pass'").out,
              testing::StartsWith("10.1.0.0/16\t"));
  sh("mapctl copy filter_map spare_map; mv /sys/fs/bpf/spare_map /sys/fs/bpf/filter_map");
  EXPECT_THAT(sh("mapctl filter status --interval 0").err,
              AllOf(HasSubstr("the program on v0 uses another map than filter_map: reload it: "
                              "mapctl filter load v0"),
                    HasSubstr("no program uses filter_map")));
  EXPECT_THAT(sh("mapctl filter status --interval 0 --name web").err,
              HasSubstr("the filter 'web' is not loaded: mapctl filter load IFACE --name web"));
}

TEST_F(FilterStatusWords, SaysHowToGetALargerMapWithoutAGap) {
  sh("for i in 1 2 3 4; do mapctl put filter_map 10.0.0.$i drop; done");
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.5 drop"),
              Fails(5, "a larger map: mapctl filter status --name filter tells how"));
  EXPECT_EQ(sh("eval \"$(mapctl filter status --interval 0 2>&1 >/dev/null | "
               "sed -n 's/.*a larger one: //p')\"")
                .exit,
            0);
  const Outcome outcome = sh("mapctl filter status --interval 0 -o table");
  EXPECT_THAT(outcome.out, HasSubstr("4 of 16 (25 %)"));
  EXPECT_EQ(outcome.err, "");
}

TEST_F(FilterStatusWords, NotesCountersThatNobodyMoves) {
  sh("rm /sys/fs/bpf/filter_stats");
  EXPECT_THAT(sh("mapctl filter status --interval 0").err,
              HasSubstr("the counters say nothing of v0: filter_stats is not pinned: reload it: "
                        "mapctl filter load v0"));
  sh("mapctl filter load v1");
  EXPECT_THAT(sh("mapctl filter status --interval 0").err,
              AllOf(HasSubstr("v0: its program counts into another map than filter_stats"),
                    Not(HasSubstr("nothing of v1"))));
  sh("mapctl filter load v0");
  EXPECT_EQ(sh("mapctl filter status --interval 0").err, "");
}

}  // namespace
}  // namespace mapctl::test
