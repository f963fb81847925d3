// With a JSON format every command that succeeds prints exactly one document.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Line {
  std::string words;
  bool is_list = false;  ///< rows, of which there may be none
};

const std::vector<Line> lines = {
    {"create new -t hash -k u32 -v u32 -m 8"},
    {"create m -t hash -k u32 -v u32 -m 8 --exist-ok"},
    {"put m 3 4"},
    {"get m 1"},
    {"get m 1 2", true},
    {"del m 1", true},
    {"watch m --timeout 1ms", true},
    {"del m 1 2 -n"},
    {"del m -f keys"},
    {"del m -f keys -n"},
    {"pop m 1"},
    {"pop q"},
    {"pop q -c 2", true},
    {"push q 4 5"},
    {"peek q"},
    {"next m"},
    {"keys m", true},
    {"dump m", true},
    {"dump m --where 'value = 77'", true},
    {"count m"},
    {"clear m --yes"},
    {"clear x --yes"},
    {"clear m -n"},
    {"expire e"},
    {"expire e -n"},
    {"drain m --yes", true},
    {"save m", true},
    {"save m -f saved"},
    {"save --all saved.d"},
    {"restore r -f as_saved"},
    {"restore r -f as_saved -n"},
    {"load m -f entries"},
    {"load m -f entries -n"},
    {"sync m -f entries"},
    {"sync m -f entries -n", true},
    {"diff m m2", true},
    {"copy m m2"},
    {"copy m new"},
    {"copy m m2 -n"},
    {"resize m -m 16"},
    {"resize m -m 16 -n"},
    {"list", true},
    {"show m"},
    {"metrics -f page"},
    {"freeze m --yes"},
    {"freeze frozen --yes"},
    {"pin m other"},
    {"unpin m --yes"},
    {"filter load v1", true},
    {"filter unload v0 --yes"},
    {"filter unload --all --purge --yes"},
    {"filter status"},
    {"filter test 'tcp 192.0.2.7:5000 > 10.0.0.1:22'", true},
    {"filter test 'tcp 192.0.2.7:5000 > 10.0.0.1:22' --summary", true},
    {"events ring --timeout 0.01", true},
    {"batch no_commands"},
    {"doctor", true},
    {"version"},
};

constexpr const char* set_up = R"(
  cd $(mktemp -d)
  mapctl create m -t hash -k u32 -v u32 -m 8; mapctl put m 1 1; mapctl put m 2 2
  mapctl copy m m2; mapctl copy m frozen; mapctl freeze frozen --yes
  mapctl create e -t hash -k u32 -v '{end:u32@end}' -m 8
  mapctl create q -t queue -v u32 -m 8; mapctl push q 1 2 3
  mapctl create x -t xskmap -k 4 -v 4 -m 4; mapctl create ring -t ringbuf -m 4096
  printf '5\t6\n7\t8\n' >entries; printf '1\n2\n' >keys; : >no_commands
  mapctl save m -f as_saved
)";

constexpr const char* set_up_filter =
    "ip link add v0 type veth peer name v1; mapctl filter load v0\n";

/// Runs it with maps, and with the filter if it is about that.
Outcome run(const Line& line, const std::string& format) {
  const char* const more = line.words.starts_with("filter") ? set_up_filter : "";
  return sh("{" + std::string{set_up} + more + "} >/dev/null 2>&1; mapctl " + line.words + " -o " +
            format +
            " </dev/null; s=$?; { ip link delete v0; rm -rf $PWD /sys/fs/bpf/*; } "
            "2>/dev/null; exit $s");
}

/// The first words of the lines, to compare with what help lists.
bool is_tried(const std::string& command) {
  return std::ranges::any_of(lines, [&](const Line& line) {
    return line.words.starts_with(command + " ") || line.words == command;
  });
}

TEST(Documents, AreTriedForEveryCommand) {
  std::istringstream commands(
      sh("mapctl help | sed -nE 's/^  ((filter )?[a-z]+)( .*)?$/\\1/p' | sort -u").out);
  std::size_t count = 0;
  for (std::string command; std::getline(commands, command); ++count)
    EXPECT_TRUE(is_tried(command)) << command;
  EXPECT_GE(count, 30U);
}

TEST(Documents, AreExactlyOneInJson) {
  for (const Line& line : lines) {
    const Outcome outcome = run(line, "json");
    EXPECT_EQ(outcome.exit, 0) << line.words << outcome;
    EXPECT_TRUE(json::accept(outcome.out)) << line.words << outcome;
    EXPECT_EQ(json::parse(outcome.out, nullptr, false).is_array(),
              line.is_list || line.words.starts_with("batch"))
        << line.words << outcome;
  }
}

TEST(Documents, AreLinesInJsonl) {
  for (const Line& line : lines) {
    if (line.words.starts_with("batch")) continue;
    const Outcome outcome = run(line, "jsonl");
    EXPECT_EQ(outcome.exit, 0) << line.words << outcome;
    std::istringstream out(outcome.out);
    std::size_t count = 0;
    for (std::string text; std::getline(out, text); ++count)
      EXPECT_TRUE(json::parse(text, nullptr, false).is_object()) << line.words << outcome;
    EXPECT_TRUE(line.is_list || count == 1) << line.words << outcome;
  }
}

TEST(Documents, TellWhatWasDone) {
  const auto says = [](const std::string& words) { return run({words}, "json").out; };
  EXPECT_EQ(says("put m 3 4"), "{\"changed\":true,\"created\":true}\n");
  EXPECT_EQ(says("push q 4 5"), "{\"changed\":true,\"pushed\":2}\n");
  EXPECT_EQ(says("freeze frozen --yes"), "{\"changed\":false}\n");
  EXPECT_THAT(says("create m -t hash -k u32 -v u32 -m 8 --exist-ok"),
              HasSubstr("{\"changed\":false,\"id\":"));
  EXPECT_EQ(says("clear x --yes"), "{\"deleted\":null}\n");
  EXPECT_EQ(says("save m -f saved"), "{\"changed\":true,\"saved\":1}\n");
  EXPECT_EQ(says("filter unload v0 --yes"), "{\"changed\":true,\"interfaces\":1}\n");
}

TEST(Documents, OfABatchAreOneArray) {
  sh("mapctl create m -t hash -k u32 -v u32 -m 8");
  EXPECT_THAT(sh("printf 'put m 1 2\nget m 1\ndel m 1\n' | mapctl batch - -o json | jq -c ."),
              Prints("[{\"changed\":true,\"created\":true},{\"key\":1,\"value\":2},[{\"key\":1,"
                     "\"deleted\":true}]]\n"));
  EXPECT_THAT(sh("printf 'put m 1 2\n' | mapctl batch - -n -o json"), Prints("[]\n"));
}

TEST(Documents, AreForResultsAndNotForFailures) {
  sh("mapctl create m -t hash -k u32 -v u32 -m 8");
  EXPECT_THAT(sh("mapctl put m 1 x -o json"), Fails(2, "{\"error\":{\"code\":"));
}

TEST(Plain, HasCountsOfWhatDidManyThingsAndNothingOfWhatDidOne) {
  sh("mapctl create m -t hash -k u32 -v u32 -m 8");
  EXPECT_THAT(sh("mapctl put m 1 2"), IsSilent());
  EXPECT_THAT(sh("printf '5\t6\n' | mapctl load m -f -"), Prints("written\t1\ndeleted\t0\n"));
  EXPECT_THAT(sh("mapctl copy m n"), Prints("copied\t2\n"));
  EXPECT_THAT(sh("mapctl save m | mapctl restore o -f -"), Prints("restored\t1\nentries\t2\n"));
  EXPECT_THAT(sh("printf '5\n' | mapctl del m -f -"), Prints("deleted\t1\nabsent\t0\n"));
  EXPECT_THAT(sh("mapctl clear m --yes"), Prints("deleted\t1\n"));
}

}  // namespace
}  // namespace mapctl::test
