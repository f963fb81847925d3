// How much a call says: -q, -v, MAPCTL_OUTPUT and MAPCTL_DEBUG.

#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

void make_map() { sh("mapctl create m -t hash -k u32 -v u32 -m 4; mapctl put m 1 1"); }

TEST(Quiet, PrintsNoNotesAndNoCounts) {
  make_map();
  sh("echo 2 2 >entries");
  EXPECT_THAT(sh("mapctl load m -f entries -q"), IsSilent());
  EXPECT_THAT(sh("mapctl clear m --dry-run -q"), IsSilent());
  EXPECT_EQ(sh("mapctl load m -f entries -q -o json").out,
            sh("mapctl load m -f entries -o json").out);
  EXPECT_THAT(sh("mapctl get m 9 --quiet"), Fails(1, "not in m"));
  EXPECT_THAT(sh("mapctl get m 1 -q"), Prints("1\n"));
}

TEST(Quiet, IsOnForOneLineOfABatch) {
  make_map();
  EXPECT_THAT(sh("printf 'clear m -n -q\\nclear m -n\\n' | mapctl batch - 2>&1 | grep -c note"),
              Prints("1\n"));
}

TEST(Verbose, PutTellsWhatItDid) {
  make_map();
  EXPECT_THAT(sh("mapctl put m 1 1 -v; mapctl put m 1 2 -v; mapctl put m 2 2 -v; mapctl put m 3 3"),
              Prints("1: as it was\n1: changed\n2: created\n"));
  EXPECT_THAT(sh("mapctl put m 4 4 -o json; mapctl put m 4 4 -o json; mapctl put m 4 5 -o json"),
              Prints("{\"changed\":true,\"created\":true}\n{\"changed\":false,\"created\":false}\n"
                     "{\"changed\":true,\"created\":false}\n"));
}

TEST(Verbose, DelTellsWhatItDid) {
  make_map();
  const Outcome outcome = sh("mapctl del m 1 2 -v");
  EXPECT_EQ(outcome.out, "1: deleted\n2: absent\n");
  EXPECT_EQ(outcome.exit, 1);
}

TEST(Verbose, VersionTellsWhatIsThere) {
  const json version = json::parse(sh("mapctl version -v -o json").out);
  EXPECT_TRUE(version["static"].is_boolean());
  EXPECT_THAT(sh("uname -r").out, HasSubstr(version["kernel"].get<std::string>()));
  EXPECT_THAT(version["libbpf"].get<std::string>(), testing::StartsWith("1."));
  EXPECT_TRUE(version["missing_types"].is_array());
  EXPECT_EQ(json::parse(sh("mapctl version -o json").out).size(), 1U);
}

TEST(OutputFormat, ComesFromTheEnvironment) {
  make_map();
  EXPECT_THAT(sh("MAPCTL_OUTPUT=jsonl mapctl dump m"), Prints("{\"key\":1,\"value\":1}\n"));
  EXPECT_THAT(sh("MAPCTL_OUTPUT=jsonl mapctl dump m -o plain"), Prints("1\t1\n"));
  EXPECT_THAT(sh("MAPCTL_OUTPUT= mapctl dump m"), Prints("1\t1\n"));
  EXPECT_THAT(sh("MAPCTL_OUTPUT=xml mapctl dump m"), Fails(2, "formats are table, plain"));
  EXPECT_TRUE(json::accept(sh("MAPCTL_OUTPUT=json mapctl get m 9").err));
  EXPECT_THAT(sh("MAPCTL_OUTPUT=json mapctl get m 9 -o plain"), Fails(1, "mapctl: "));
}

TEST(Debugging, ShowsWhatTheKernelSays) {
  make_map();
  EXPECT_THAT(sh("MAPCTL_DEBUG=1 mapctl show id:4000000000").err, HasSubstr("mapctl: debug: "));
  EXPECT_THAT(sh("mapctl show id:4000000000").err, testing::Not(HasSubstr("debug")));
}

}  // namespace
}  // namespace mapctl::test
