// sync --follow: files, standard input and commands, and what holds a change back.

#include "agent.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::HasSubstr;

TEST(FollowFile, TakesEachChange) {
  make_map();
  sh("echo 1 10 >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  sh("printf '1 10\\n2 20\\n' >new; mv new rules");
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
  sh("echo 2 21 >rules");
  EXPECT_TRUE(map_becomes("2\t21\n"));
  EXPECT_EQ(agent.stop().exit, 0);
  EXPECT_EQ(entries(), "2\t21\n");
}

TEST(FollowFile, SeesALinkThatLeadsElsewhere) {
  make_map();
  sh("mkdir cfg cfg/..1 cfg/..2; echo 1 10 >cfg/..1/rules; echo 2 20 >cfg/..2/rules;"
     "ln -s ..1 cfg/..data; ln -s ..data/rules cfg/rules");
  const Agent agent("--from cfg/rules");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  sh("ln -s ..2 cfg/..new; mv -T cfg/..new cfg/..data; rm -r cfg/..1");
  EXPECT_TRUE(map_becomes("2\t20\n"));
}

TEST(FollowFile, FollowsADirectory) {
  make_map();
  sh("mkdir d; echo 1 10 >d/a");
  const Agent agent("--from d");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  sh("echo 2 20 >d/b");
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
  sh("rm d/a");
  EXPECT_TRUE(map_becomes("2\t20\n"));
}

TEST(FollowFile, KeepsTheMapWhenTheFileGoes) {
  make_map();
  sh("echo 1 10 >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  sh("rm rules");
  EXPECT_TRUE(comes_to_state("lost", "no such file"));
  EXPECT_EQ(entries(), "1\t10\n");
  sh("echo 1 11 >rules");
  EXPECT_TRUE(map_becomes("1\t11\n"));
  EXPECT_TRUE(comes_to_state("following"));
}

TEST(FollowFile, HoldsAnEmptyFileUntilItHasEntries) {
  make_map();
  sh("echo 1 10 >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  sh(": >rules");
  EXPECT_TRUE(comes_to_state("held", "--min-entries wants 1"));
  EXPECT_EQ(entries(), "1\t10\n");
  sh("echo 2 20 >rules");
  EXPECT_TRUE(map_becomes("2\t20\n"));
  EXPECT_TRUE(comes_to_state("following"));
}

TEST(FollowFile, HoldsTooManyDeletions) {
  make_map();
  sh("seq 10 | sed 's/$/ 1/' >rules");
  const Agent agent("--from rules --max-delete 30%");
  EXPECT_TRUE(comes_to_state("following"));
  sh("seq 5 | sed 's/$/ 1/' >rules");
  EXPECT_TRUE(comes_to_state("held", "--max-delete allows 30%"));
  EXPECT_EQ(sh("mapctl count m").out, "10\n");
  sh("seq 8 | sed 's/$/ 1/' >rules");
  EXPECT_TRUE(comes_to_state("following"));
  EXPECT_EQ(sh("mapctl count m").out, "8\n");
}

TEST(FollowFile, KeepsTheLastGoodEntryOfAKeyThatDoesNotFit) {
  make_map();
  sh("printf '1 10\\n2 20\\n' >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(map_becomes("1\t10\n2\t20\n"));
  sh("printf '1 many\\n2 21\\n3 30\\n' >rules");
  EXPECT_TRUE(map_becomes("1\t10\n2\t21\n3\t30\n"));
  EXPECT_TRUE(comes_true([] { return status()["bad"].size() == 1; }));
  EXPECT_EQ(status()["bad"][0]["key"], "1");
}

TEST(FollowFile, HoldsWhatIsForAnotherMap) {
  make_map();
  sh("mapctl put m 1 10; printf '10.0.0.1 drop\\n10.0.0.2 drop\\n' >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(comes_to_state("held", "2 of 2 entries do not fit"));
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FollowFile, HoldsWhatDoesNotFitUntilThereIsRoom) {
  make_map(2);
  sh("printf '1 10\\n2 20\\n3 30\\n' >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(comes_to_state("held", "it holds at most 2"));
  EXPECT_EQ(entries(), "");
  sh("printf '1 10\\n3 30\\n' >rules");
  EXPECT_TRUE(map_becomes("1\t10\n3\t30\n"));
}

TEST(FollowFile, PutsRightWhatOthersChange) {
  make_map();
  sh("echo 1 10 >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  sh("mapctl put m 1 11; mapctl put m 2 20");
  agent.send(SIGHUP);
  EXPECT_TRUE(map_becomes("1\t10\n"));
  EXPECT_TRUE(agent.is_running());
}

TEST(FollowFile, LeavesTheRestOfTheMapToOthers) {
  sh("mapctl create m -t hash -k u32 -v '{tag:u32,hits:u64}' -n 10; mapctl put m 1 tag=1;"
     "mapctl put m 2 tag=2");
  sh("printf '2 tag=7\\n3 tag=7\\n4 tag=1\\n5 tag=7\\n' >rules");
  const Agent agent("--from rules --where 'tag = 7'");
  EXPECT_TRUE(map_becomes("1\ttag=1,hits=0\n2\ttag=2,hits=0\n3\ttag=7,hits=0\n5\ttag=7,hits=0\n"));
  EXPECT_TRUE(comes_true([] { return status()["foreign"] == 1; }));
  EXPECT_EQ(status()["bad"][0]["key"], "4");
}

TEST(FollowFile, IsAloneWithItsMap) {
  make_map();
  sh("echo 1 10 >rules");
  const Agent agent("--from rules");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  EXPECT_THAT(sh("mapctl sync m --from rules --follow"),
              Fails(1, "another process keeps m equal to a source"));
}

TEST(FollowFile, IsToldIfNoRuleCouldDropThePacket) {
  make_map();
  sh("echo 1 10 >rules");
  EXPECT_THAT(sh("mapctl sync m --from rules --follow --must-pass 'tcp 192.0.2.10'"),
              Fails(2, "has no rules that could drop"));
}

TEST(FollowState, IsInForceBeforeTheSourceAnswers) {
  make_map();
  sh("echo 1 10 >rules");
  {
    const Agent agent("--from rules --state state");
    EXPECT_TRUE(map_becomes("1\t10\n"));
    EXPECT_EQ(agent.stop().exit, 0);
  }
  sh("rm rules; mapctl clear m --yes");
  const Agent agent("--from rules --state state");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  sh("mapctl unpin m --yes");
  EXPECT_EQ(sh("mapctl restore m -f state").exit, 0);
  EXPECT_EQ(entries(), "1\t10\n");
}

TEST(FollowMetrics, ArePrometheus) {
  make_map();
  sh("echo 1 10 >rules");
  const Agent agent("--from rules --metrics m.prom");
  EXPECT_TRUE(comes_to_state("following"));
  EXPECT_TRUE(
      comes_true([] { return sh("grep '^mapctl_sync_up{map=\"m\"} 1' m.prom").exit == 0; }));
  EXPECT_EQ(sh("promtool check metrics <m.prom").err, "");
}

TEST(FollowInput, TakesSnapshotsAndChanges) {
  make_map();
  sh("mkfifo lines");
  const Agent agent("--from - <lines");
  const Background writer(R"(exec >lines; echo '{"op":"begin","revision":"41"}'
    echo '{"key":1,"value":10}'; echo '{"op":"end","entries":1}'
    echo '{"op":"put","key":2,"value":20}'; echo '{"op":"del","key":1}'
    echo '{"op":"commit","revision":"42"}'; echo '{"op":"put","key":3,"value":30,"revision":"43"}'
    echo '{"op":"put","key":4,"value":40}'; exec sleep 100)");
  EXPECT_TRUE(map_becomes("2\t20\n3\t30\n"));
  EXPECT_TRUE(comes_true([] { return status()["revision"] == "43"; }));
}

TEST(FollowCommand, IsRunAgainAndNeverBelievedHalf) {
  make_map();
  sh("mapctl put m 9 90; cat >feed <<'EOF'\n"
     "echo \"$MAPCTL_REVISION\" >>runs\n"
     "echo '{\"op\":\"begin\",\"revision\":\"7\"}'\n"
     "echo '{\"key\":1,\"value\":10}'\n"
     "[ $(wc -l <runs) -gt 2 ] || exit 3\n"
     "echo '{\"op\":\"end\",\"entries\":1}'\n"
     "exit 0\n"
     "EOF\n");
  const Agent agent("--exec 'sh ./feed'");
  EXPECT_TRUE(map_becomes("1\t10\n"));
  EXPECT_TRUE(comes_true([] { return sh("tail -n 1 runs").out == "7\n"; }));
  EXPECT_TRUE(agent.is_running());
}

TEST(FollowOptions, BelongTogether) {
  make_map();
  EXPECT_THAT(sh("mapctl sync m --from x --status y"), Fails(2, "are about --follow"));
  EXPECT_THAT(sh("mapctl sync m --from x --min-entries 3"), Fails(2, "are about --follow"));
  EXPECT_THAT(sh("mapctl sync m --from x --follow --dry-run"), Fails(2, "--follow goes on"));
  EXPECT_THAT(sh("mapctl sync m --from - --follow --value 7"), Fails(2, "only for files"));
}

}  // namespace
}  // namespace mapctl::test
