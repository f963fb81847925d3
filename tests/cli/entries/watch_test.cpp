// watch: what changes between two looks at a map.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// The lines of a watch while the commands run, without their times: "added 1 - 2".
std::string seen(const std::string& options, const std::string& commands) {
  return sh("mapctl watch m --interval 50ms -o jsonl " + options + " >seen & sleep 0.4; " +
            commands +
            "; sleep 0.4; kill -TERM $!; wait $!; echo $? >exit; "
            "jq -r '[.op,.key,.old,.value]|map(.//\"-\"|tostring)|join(\" \")' seen")
      .out;
}

class Watch : public testing::Test {
 protected:
  void SetUp() override {
    sh("mapctl create m -t hash -k u32 -v u32 -m 16; mapctl put m 1 1; mapctl put m 2 2");
  }
};

TEST_F(Watch, TellsWhatIsAddedChangedAndRemoved) {
  EXPECT_EQ(seen("",
                 "mapctl put m 3 3; sleep 0.3; mapctl put m 1 9; sleep 0.3; mapctl del m 2; "
                 "sleep 0.3; mapctl put m 2 2"),
            "added 3 - 3\nchanged 1 1 9\nremoved 2 2 -\nadded 2 - 2\n");
  EXPECT_EQ(sh("cat exit").out, "0\n");
}

TEST_F(Watch, CanBeAboutSomeKeysOrAPart) {
  EXPECT_EQ(seen("1", "mapctl put m 3 3; mapctl put m 1 9"), "changed 1 1 9\n");
  EXPECT_EQ(seen("--where 'value > 5'", "mapctl put m 1 3; sleep 0.3; mapctl put m 2 6"),
            "removed 1 9 -\nadded 2 - 6\n");
}

TEST_F(Watch, PrintsLinesWithTheirTimes) {
  EXPECT_THAT(sh("(sleep 0.3; mapctl put m 1 7) & mapctl watch m --interval 100ms --count 6; wait"),
              testing::Field(&Outcome::out,
                             testing::MatchesRegex("20[0-9-]+T[0-9:.]+Z\tchanged\t1\t1\t7\n")));
}

TEST_F(Watch, WaitsForAnEntry) {
  EXPECT_THAT(sh("mapctl watch m --until 'value = 2'"), IsSilent());
  EXPECT_THAT(sh("(sleep 0.3; mapctl put m 5 50) & "
                 "mapctl watch m --interval 50ms --until 'key = 5 and value > 10' --timeout 20s -o "
                 "json | jq length"),
              Prints("1\n"));
  EXPECT_THAT(sh("mapctl watch m --interval 50ms --until 'value = 77' --timeout 200ms"),
              Fails(1, "no entry of m fulfilled the condition in time"));
  EXPECT_THAT(sh("mapctl watch m --interval 50ms --timeout 200ms"), IsSilent());
}

TEST_F(Watch, TakesNoInterruptForTheEntryThatItWaitsFor) {
  seen("--until 'value = 77'", "true");
  EXPECT_EQ(sh("cat exit").out, "130\n");
}

TEST_F(Watch, HasAllMembersInJson) {
  seen("", "mapctl put m 3 3; sleep 0.3; mapctl del m 3");
  EXPECT_EQ(sh("jq -c '[keys[]]' seen | sort -u").out,
            "[\"key\",\"old\",\"op\",\"time\",\"value\"]\n");
}

TEST_F(Watch, ShowsAChangeBehindTheEndOfAText) {
  sh("mapctl unpin m --yes; mapctl create m -t hash -k u32 -v 'char[4]' -m 4; mapctl put m 1 "
     "hex:41004200");
  EXPECT_THAT(seen("", "mapctl put m 1 hex:41004300"), HasSubstr("hex:41004200 hex:41004300"));
}

TEST_F(Watch, EndsWhenNobodyReadsAnyMore) {
  EXPECT_THAT(sh("timeout 20 sh -c 'mapctl watch m --interval 10s | true'"), IsSilent());
}

TEST_F(Watch, RefusesWhatItCannotLookAt) {
  EXPECT_THAT(sh("mapctl watch m --interval 0"), Fails(2, "--interval"));
  sh("mapctl create r -t ringbuf -m 4096");
  EXPECT_THAT(sh("mapctl watch r"), Fails(6, "their records are read as events"));
  EXPECT_THAT(sh("mapctl watch m --until 'color = 1'"), Fails(2, "no field 'color'"));
  EXPECT_THAT(sh("mapctl watch absent"), Fails(3, "there is no map 'absent'"));
}

TEST_F(Watch, SortsOnlyOnAScreen) {
  EXPECT_THAT(sh("mapctl watch m --sort value"), Fails(2, "--sort and --limit are for the screen"));
  EXPECT_THAT(sh("mapctl watch --limit 1"), Fails(2, "--sort and --limit are for the screen"));
}

TEST_F(Watch, TellsHowFastAllMapsGrow) {
  EXPECT_EQ(sh("mapctl watch --where 'name = m' --interval 50ms -o jsonl >seen & sleep 0.4; "
               "mapctl put m 3 3; sleep 0.4; kill -TERM $!; wait $!; "
               "jq -r '[.op,.name,.entries,.max_entries,.fill]|join(\" \")' seen")
                .out,
            "changed m 3 16 18.8\n");
  EXPECT_EQ(sh("jq '.entries_per_s > 0 and .full_in_s > 0' seen").out, "true\n");
}

TEST_F(Watch, WaitsForAMap) {
  EXPECT_THAT(sh("(sleep 0.3; mapctl put m 3 3) & "
                 "mapctl watch --interval 50ms --until 'name = m and entries > 2' --timeout 20s "
                 "-o jsonl | jq -c 'select(.name == \"m\").op' | tail -1; wait"),
              Prints("\"changed\"\n"));
  EXPECT_THAT(sh("mapctl watch --interval 50ms --until 'fill > 99%' --timeout 200ms"),
              Fails(1, "no map fulfilled the condition in time"));
}

// A map whose keys change for ever: those that are gone are forgotten.
TEST_F(Watch, ForgetsWhatIsGone) {
  const std::string lines =
      seen("",
           "for i in 10 11 12 13 14 15 16 17; do mapctl put m $i 1; sleep 0.12; mapctl del m $i; "
           "sleep 0.12; done");
  EXPECT_EQ(sh("grep -c added seen; grep -c removed seen").out, "8\n8\n") << lines;
}

}  // namespace
}  // namespace mapctl::test
