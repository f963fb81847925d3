// batch: many commands in one process.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class BatchFile : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mapctl create m -t hash -k 'char[16]' -v u32 -n 8"), IsSilent());
  }

  /// Runs the lines as a file called `lines`.
  static Outcome batch(const std::string& lines, const std::string& options = "") {
    return sh("cd $(mktemp -d) && cat >lines <<'END'\n" + lines + "\nEND\nmapctl batch lines " +
              options + "; s=$?; rm lines; rmdir $PWD; exit $s");
  }
};

TEST_F(BatchFile, RunsItsLinesInOrder) {
  EXPECT_THAT(batch("# a comment\nput m a 1\n\n  put m b 2 --create # another\nget m a b\ndel m a"),
              Prints("a\t1\nb\t2\n"));
  EXPECT_THAT(sh("mapctl dump m"), Prints("b\t2\n"));
}

TEST_F(BatchFile, RefusesInADryRunWhatNeedsConsent) {
  for (const char* line : {"clear m", "drain m", "freeze m", "unpin m", "filter unload --all"}) {
    EXPECT_THAT(batch(line, "--dry-run </dev/null"), Fails(7, "lines:1: will not ")) << line;
    EXPECT_THAT(batch(line, "--dry-run --yes </dev/null"), IsSilent()) << line;
  }
  EXPECT_EQ(sh("mapctl count m").exit, 0);
}

TEST_F(BatchFile, TakesLinesApartAsAShellDoes) {
  EXPECT_THAT(batch("put m 'a b' 1\nput m \"c \\\" d\" 2\nput m e\\ f 3\nput m x'y'\"z\" 4"),
              IsSilent());
  EXPECT_THAT(sh("mapctl keys m | sort"), Prints("\"a b\"\n\"c \\\" d\"\n\"e f\"\nxyz\n"));
}

TEST_F(BatchFile, IsCheckedBeforeItsFirstLineRuns) {
  const Outcome outcome = batch("put m a 1\nptu m b 2\nput m 'c 3\nget m");
  EXPECT_THAT(outcome, Fails(7, "lines:2: there is no command 'ptu'"));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("lines:3: the line ends"), HasSubstr("lines:4: get:")));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST_F(BatchFile, StopsAtTheFirstFailureAndSaysWhere) {
  const Outcome outcome = batch("put m a 1\nput m b -1\nput m c 3");
  EXPECT_THAT(outcome, Fails(10, "lines:2: -1 does not fit u32"));
  EXPECT_THAT(outcome.err, HasSubstr("1 command of lines done"));
  EXPECT_THAT(sh("mapctl count m"), Prints("1\n"));
}

TEST_F(BatchFile, ThatFailsAtItsFirstLineHasItsExitCode) {
  EXPECT_THAT(batch("get m nothing\nput m a 1"), Fails(1, "lines:1: nothing is not in m"));
}

TEST_F(BatchFile, GoesOnWhereItIsToldTo) {
  EXPECT_THAT(batch("put m a 1\nput m b -1\nput m c 3", "--continue"), Fails(10, "lines:2:"));
  EXPECT_THAT(sh("mapctl count m"), Prints("2\n"));
}

TEST_F(BatchFile, IsOnlyCheckedInADryRun) {
  EXPECT_THAT(batch("put m a 1", "--dry-run"), IsSilent());
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST_F(BatchFile, IsCheckedAgainstTheMapsThereAreInADryRun) {
  const Outcome outcome = batch(
      "put m a 1\nput m a b\nget nope 1\npush m 1\ndel m 12345678901234567\n"
      "create n -t hash -k u32 -v u32 -n 1\nput n 1 1",
      "--dry-run");
  EXPECT_EQ(outcome.exit, 7);
  for (const char* line : {"lines:2:", "lines:3:", "lines:4:", "lines:5:"})
    EXPECT_THAT(outcome.err, HasSubstr(line));
  EXPECT_THAT(outcome.err, Not(HasSubstr("lines:7:")));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST_F(BatchFile, IsOneArrayOfResultsInJson) {
  const Outcome outcome =
      batch("put m a 1\nget m a\nget m b\ndump m\ncount m", "-o json --continue");
  EXPECT_EQ(
      json::parse(outcome.out),
      json::parse(
          R"([{"changed":true,"created":true},{"key":"a","value":1},[{"key":"a","value":1}],{"count":1}])"));
  EXPECT_EQ(batch("get m b", "-o json").out, "[]\n");
  EXPECT_THAT(batch("get m a -o plain", "-o json"), Fails(7, "-o jsonl"));
}

TEST_F(BatchFile, FollowsANameToWhereItLeads) {
  EXPECT_THAT(batch("put m a 1\nunpin m --yes\ncreate m -t hash -k u32 -v u32 -n 4\nput m 5 6\n"
                    "get m 5"),
              Prints("6\n"));
}

TEST_F(BatchFile, HasItsErrorsInJson) {
  const Outcome outcome = batch("get m nothing", "-o json");
  EXPECT_EQ(json::parse(outcome.err)["error"]["message"], "lines:1: nothing is not in m");
}

TEST_F(BatchFile, HasOneFormatUnlessALineAsksForAnother) {
  EXPECT_THAT(
      batch("put m a 1\nget m a --lock\nget m a\nget m a -o plain", "-o jsonl --continue").out,
      "{\"changed\":true,\"created\":true}\n{\"key\":\"a\",\"value\":1}\n1\n");
}

TEST_F(BatchFile, EndsWhenItIsInterruptedAndSaysHowFarItCame) {
  sh("mapctl create ring -t ringbuf -n 4096");
  const Outcome outcome = sh(
      R"(
        cd $(mktemp -d) && mkfifo found || exit
        printf '%s\n' 'put m a 1' 'get m a' 'events ring' 'put m b 2' >lines
        mapctl batch lines --continue >found &
        { read -r a; echo $a; sleep 0.5; kill -TERM $!; cat; } <found
        wait $!
        s=$?
        rm found lines
        rmdir $PWD
        exit $s)");
  EXPECT_EQ(outcome.out, "1\n");
  EXPECT_EQ(outcome.err, "mapctl: note: 3 commands of lines done\n");
  EXPECT_EQ(outcome.exit, 130);
  EXPECT_THAT(sh("mapctl count m"), Prints("1\n"));
}

TEST_F(BatchFile, MayNameMoreMapsThanCanBeOpen) {
  std::string lines;
  for (int i = 0; i < 180; ++i) lines += "pin m m" + std::to_string(i) + "\n";
  for (int i = 0; i < 180; ++i) lines += "put m" + std::to_string(i) + " a 1\n";
  EXPECT_THAT(sh("ulimit -n 150; mapctl batch - <<END\n" + lines + "END\nmapctl get m a"),
              Prints("1\n"));
}

TEST_F(BatchFile, MayBeginWithAByteOrderMark) {
  EXPECT_THAT(sh("printf '\\357\\273\\277put m a 1\\n' | mapctl batch - && mapctl get m a"),
              Prints("1\n"));
}

TEST_F(BatchFile, MayBeStandardInput) {
  EXPECT_THAT(sh("echo put m a 1 | mapctl batch - && mapctl get m a"), Prints("1\n"));
  EXPECT_THAT(sh("mapctl batch /nowhere"), Fails(3, "cannot read '/nowhere'"));
}

TEST_F(BatchFile, HasNoLineThatIsCutAtANul) {
  EXPECT_THAT(sh("printf 'put m a\\000b 1\\n' | mapctl batch -"),
              Fails(7, "-:1: the line contains a NUL"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST_F(BatchFile, HasNoEndlessLine) {
  EXPECT_THAT(sh("{ echo put m a 1; head -c 70000000 /dev/zero | tr '\\0' ' '; "
                 "} | mapctl batch -"),
              Fails(7, "standard input:2: the line or entry does not end within 64 MiB"));
  EXPECT_THAT(sh("mapctl count m"), Prints("0\n"));
}

TEST(Batch, NamesObjectsOnlyInTables) {
  sh("mapctl create d -t devmap_hash -k u32 -v u32 -m 4; mapctl put d 1 lo");
  EXPECT_THAT(sh("printf 'dump d -o table\ndump d -o jsonl\n' | mapctl batch -").out,
              testing::EndsWith("{\"key\":1,\"value\":1}\n"));
}

}  // namespace
}  // namespace mapctl::test
