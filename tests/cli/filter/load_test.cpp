// filter load as an administrator uses it: with rules, replacing other programs, and with
// --confirm.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"
#include "support/shell/terminal.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::uint32_t program_on(const std::string& interface) {
  std::uint32_t id = 0;
  EXPECT_EQ(bpf_xdp_query_id(static_cast<int>(if_nametoindex(interface.c_str())), 0, &id), 0);
  return id;
}

bool is_freed(const std::string& interface) {
  return comes_true([&] { return program_on(interface) == 0; });
}

/// Another program, attached by netlink.
void attach_foreign(const std::string& interface) {
  const bpf_insn instructions[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 2},
                                   {.code = BPF_JMP | BPF_EXIT}};
  const Fd program(
      bpf_prog_load(BPF_PROG_TYPE_XDP, "foreign_prog", "GPL", instructions, 2, nullptr));
  ASSERT_TRUE(program);
  const auto index = static_cast<int>(if_nametoindex(interface.c_str()));
  ASSERT_EQ(bpf_xdp_attach(index, program.get(), 0, nullptr), 0);
}

void write_file(const std::string& name, const std::string& text) { std::ofstream(name) << text; }

const std::string pins = "ls /sys/fs/bpf | grep -v debug | tr '\\n' ' '";

class FilterLoad : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mount -t tmpfs tmp /run && ip link add v0 type veth peer name v1"), IsSilent());
    std::filesystem::current_path("/run");
  }
  void TearDown() override {
    std::filesystem::current_path("/tmp");
    sh("ip link delete v0; rm -f /sys/fs/bpf/*; umount /run");
  }
};

TEST_F(FilterLoad, PutsTheRulesOfAFileIn) {
  write_file("rules", "10.0.0.0/8 drop\ntcp/22 from 10.1.0.0/16\tpass\n");
  EXPECT_THAT(sh("mapctl filter load v0 --rules rules --default drop --replies"),
              Prints("v0\tnative\tfalse\n"));
  EXPECT_THAT(sh("mapctl keys filter_map | sort"),
              Prints("10.0.0.0/8\ndefault\ntcp/22 from 10.1.0.0/16\n"));
  EXPECT_THAT(sh("mapctl get filter_map default"),
              Prints("action=drop,list=0,packets=0,bytes=0\n"));
}

TEST_F(FilterLoad, ReadsWhatSyncReads) {
  write_file("list", "# published\n10.0.0.0/8\n192.0.2.0/24\n");
  EXPECT_EQ(sh("mapctl filter load v0 --rules list --value drop").exit, 0);
  EXPECT_THAT(sh("mapctl count filter_map; mapctl save filter_map -f saved"), Prints("2\n"));
  EXPECT_EQ(sh("mapctl filter load v0 --rules - < saved").exit, 0);
  EXPECT_THAT(sh("mapctl count filter_map"), Prints("2\n"));
  EXPECT_THAT(sh("mapctl filter load v0 --value drop"), Fails(2, "--rules, and there is none"));
}

TEST_F(FilterLoad, MakesTheRulesEqualToTheFileAndKeepsTheirCounters) {
  sh("mapctl filter load v0; mapctl put filter_map 10.0.0.0/8 action=drop,packets=5,bytes=500; "
     "mapctl put filter_map 10.9.0.0/16 pass; mapctl put filter_map default action=drop,packets=7");
  write_file("rules", "10.0.0.0/8 drop\n10.8.0.0/16 pass\n");
  EXPECT_THAT(sh("mapctl filter load v0 --rules rules --default pass"),
              Prints("v0\tnative\ttrue\n"));
  EXPECT_THAT(sh("mapctl dump filter_map | sort"),
              Prints("10.0.0.0/8\taction=drop,list=0,packets=5,bytes=500\n"
                     "10.8.0.0/16\taction=pass,list=0,packets=0,bytes=0\n"
                     "default\taction=pass,list=0,packets=7,bytes=0\n"));
}

TEST_F(FilterLoad, AttachesNothingWhereALineIsWrong) {
  write_file("rules", "10.0.0.0/8 drop\n10.0.0.1/8 drop\n");
  EXPECT_THAT(sh("mapctl filter load v0 --rules rules"), Fails(7, "rules:2: '10.0.0.1/8'"));
  EXPECT_EQ(program_on("v0"), 0U);
  EXPECT_THAT(sh(pins), Prints(""));
}

TEST_F(FilterLoad, SaysHowMoreRulesFitIntoANewMap) {
  write_file("rules", "10.0.0.0/8 drop\n10.1.0.0/16 drop\n");
  EXPECT_THAT(sh("mapctl filter load v0 --rules rules --max-entries 1"),
              Fails(5, "make room for more rules: --max-entries"));
  EXPECT_THAT(sh(pins), Prints(""));
}

TEST_F(FilterLoad, PrefersTheDefaultOfTheCommandLine) {
  write_file("rules", "default drop\n10.0.0.0/8 drop\n");
  const Outcome outcome = sh("mapctl filter load v0 --rules rules --default pass");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err,
              HasSubstr("'default' of rules is not taken: the command line says pass"));
  EXPECT_THAT(sh("mapctl get filter_map default"),
              Prints("action=pass,list=0,packets=0,bytes=0\n"));
}

TEST_F(FilterLoad, PutsADefaultBesideTheRulesThatThereAre) {
  sh("mapctl filter load v0; mapctl put filter_map 10.0.0.0/8 drop");
  EXPECT_EQ(sh("mapctl filter load v0 --default drop").exit, 0);
  EXPECT_THAT(sh("mapctl keys filter_map | sort"), Prints("10.0.0.0/8\ndefault\n"));
  EXPECT_THAT(sh("mapctl filter load v0 --default reject"), Fails(2, "reject"));
}

constexpr const char* three_rules =
    "printf '10.0.0.0/8 drop\\n10.1.0.0/16 drop\\n10.2.0.0/16 drop\\n' >rules; "
    "mapctl filter load v0 --rules rules >results; : >empty";

TEST_F(FilterLoad, EmptiesNoMapByMistake) {
  sh(three_rules);
  for (const char* more : {"", " --default drop", " --default drop --max-delete 99%"}) {
    const Outcome outcome = sh(std::string{"mapctl filter load v0 --rules empty"} + more);
    EXPECT_TRUE(outcome.exit == 2 || outcome.exit == 7) << outcome;
    EXPECT_THAT(sh("mapctl count filter_map"), Prints("3\n"));
  }
  EXPECT_THAT(sh("mapctl filter load v0 --rules empty --default drop"),
              Fails(2,
                    "will not delete all entries of filter_map without being sure: empty has no "
                    "entries, and the map has 3"));
  EXPECT_EQ(sh("mapctl filter load v0 --rules empty --default drop --yes").exit, 0);
  EXPECT_THAT(sh("mapctl keys filter_map"), Prints("default\n"));
}

/// Half of the map are its only rule, if the other half is the default that stays.
TEST_F(FilterLoad, TakesOnlyALimitOfAllEntriesAsConsent) {
  sh("echo 10.0.0.0/8 drop | mapctl filter load v0 --rules - --default drop; : >empty");
  const std::string load = "mapctl filter load v0 --rules empty --default drop --max-delete ";
  EXPECT_THAT(sh(load + "50%"), Fails(2, "will not delete all entries of filter_map"));
  EXPECT_EQ(sh(load + "100%").exit, 0);
  EXPECT_EQ(sh(load + "50%").exit, 0);
}

TEST_F(FilterLoad, DeletesNoMoreThanAllowed) {
  sh(three_rules);
  const std::string load = "echo 10.0.0.0/8 drop | mapctl filter load v0 --rules - --max-delete ";
  EXPECT_THAT(sh(load + "1"), Fails(7, "2 of the 3 entries of filter_map are not in standard"));
  EXPECT_THAT(sh(load + "50%"), Fails(7, "--max-delete allows 50%"));
  EXPECT_THAT(sh(load + "x"), Fails(2, "'x' is no number of entries"));
  EXPECT_THAT(sh("mapctl count filter_map"), Prints("3\n"));
  EXPECT_EQ(sh(load + "2").exit, 0);
  EXPECT_EQ(sh("mapctl filter load v0 --max-delete 50%").exit, 0);
}

TEST_F(FilterLoad, LoadsAFileWithoutRulesIntoANewMapAndSaysSo) {
  const Outcome outcome = sh(": >empty; mapctl filter load v0 --rules empty --default drop");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, HasSubstr("empty has no rules, and neither has the new map filter_map"));
}

TEST_F(FilterLoad, ChangesNoRulesWhereAnInterfaceIsTaken) {
  sh("mapctl filter load v0; mapctl put filter_map 10.0.0.0/8 drop");
  attach_foreign("v1");
  write_file("rules", "192.0.2.0/24 drop\n");
  EXPECT_THAT(sh("mapctl filter load v0 v1 --rules rules"), Fails(1, "('foreign_prog')"));
  EXPECT_THAT(sh("mapctl keys filter_map"), Prints("10.0.0.0/8\n"));
}

TEST_F(FilterLoad, SaysThatRulesAreChangedWhereItFailsAfterwards) {
  sh("mapctl filter load v0");
  EXPECT_THAT(sh("mapctl filter load lo --mode native --default drop"),
              Fails(6, "the rules in filter_map are changed already"));
}

TEST_F(FilterLoad, CutsNobodyOffByMistake) {
  const std::string ssh = "export SSH_CONNECTION='192.0.2.7 50000 198.51.100.1 22'; mapctl ";
  EXPECT_THAT(sh(ssh + "filter load v0 --default drop"), Fails(2, "would cut off your SSH"));
  EXPECT_THAT(sh(pins), Prints(""));
  sh("mapctl filter load v1 --default drop");
  EXPECT_THAT(sh(ssh + "filter load v0"), Fails(2, "will not attach the filter"));
  EXPECT_EQ(program_on("v0"), 0U);
  EXPECT_EQ(sh(ssh + "filter load v1").exit, 0) << "what is dropped already is not minded";
}

TEST_F(FilterLoad, SaysThatRulesAreChangedWhereTheCallerWouldBeCutOff) {
  sh("mapctl filter load v0 --default drop; mapctl filter unload v0 --yes");
  write_file("rules", "default drop\n10.0.0.0/8 drop\n");
  EXPECT_THAT(sh("export SSH_CONNECTION='192.0.2.7 50000 198.51.100.1 22'; "
                 "mapctl filter load v0 --rules rules"),
              Fails(2, "the rules in filter_map are changed already"));
  EXPECT_EQ(program_on("v0"), 0U);
}

TEST_F(FilterLoad, CutsNobodyOffByAReloadOntoAnotherMap) {
  sh("mapctl filter load v0");
  sh("mapctl filter load v1 --name other --default drop; rm /sys/fs/bpf/filter_map; "
     "mapctl pin name:other_map /sys/fs/bpf/filter_map");
  const std::uint32_t older = program_on("v0");
  EXPECT_THAT(sh("SSH_CONNECTION='192.0.2.7 50000 198.51.100.1 22' mapctl filter load v0"),
              Fails(2, "would cut off your SSH"));
  EXPECT_EQ(program_on("v0"), older);
}

TEST_F(FilterLoad, ForgetsNoRulesThatAreNotPinnedAnyMore) {
  sh("mapctl filter load v0 --default drop; rm /sys/fs/bpf/filter_map");
  const Outcome status = sh("mapctl filter status");
  const std::string again = "pin it again: mapctl pin id:";
  ASSERT_THAT(status.err, HasSubstr(again));
  const std::string command = status.err.substr(status.err.find(again) + 14);
  EXPECT_THAT(sh("mapctl filter load v0"), Fails(1, again));
  EXPECT_THAT(sh(command.substr(0, command.find('\n'))), IsSilent());
  EXPECT_THAT(sh("mapctl filter load v0 --replies; mapctl keys filter_map"),
              Prints("v0\tnative\ttrue\ndefault\n"));
}

TEST_F(FilterLoad, ReplacesAForeignProgramAndSaysWhich) {
  attach_foreign("v0");
  const std::uint32_t foreign = program_on("v0");
  EXPECT_THAT(sh("mapctl filter load v0"), Fails(1, "put the filter in its place: --replace"));
  EXPECT_EQ(program_on("v0"), foreign);
  const Outcome outcome = sh("mapctl filter load v0 v1 --replace -o json");
  ASSERT_EQ(outcome.exit, 0) << outcome;
  EXPECT_THAT(outcome.err, HasSubstr("('foreign_prog') of v0 was replaced"));
  const json rows = json::parse(outcome.out);
  EXPECT_EQ(rows[0]["foreign"], (json{{"id", foreign}, {"name", "foreign_prog"}}));
  EXPECT_EQ(rows[1]["foreign"], nullptr);
}

TEST_F(FilterLoad, HasAsManyFiltersAsNames) {
  EXPECT_THAT(sh("mapctl filter load v0 --name web"), Prints("v0\tnative\tfalse\n"));
  EXPECT_THAT(sh("mapctl filter load v1"), Prints("v1\tnative\tfalse\n"));
  EXPECT_THAT(sh(pins), Prints("filter_link_v1 filter_map filter_stats web_link_v0 web_map "
                               "web_stats "));
  EXPECT_THAT(sh("mapctl list web_map -o json | jq -r '.[].name'"), Prints("web_map\n"));
  EXPECT_THAT(sh("mapctl put web_map 'tcp/22 from 10.0.0.0/8' drop"), IsSilent());
  EXPECT_THAT(sh("mapctl filter load v0"), Fails(1, "mapctl filter unload v0 --name web"));
  EXPECT_THAT(sh("mapctl filter load v0 --name a.b"), Fails(2, "no name for a filter"));
  EXPECT_THAT(sh("mapctl filter unload v0 --yes"), Fails(1, "not loaded on v0"));
  EXPECT_THAT(sh("mapctl filter unload v0 --name web --purge --yes; " + pins),
              Prints("filter_link_v1 filter_map filter_stats "));
}

TEST_F(FilterLoad, SharesOneMapWithALoadAtTheSameTime) {
  Background other("exec mapctl filter load v1");
  EXPECT_EQ(sh("mapctl filter load v0").exit, 0);
  EXPECT_EQ(other.outcome().exit, 0);
  const json status = json::parse(sh("mapctl filter status -o json").out);
  ASSERT_EQ(status["interfaces"].size(), 2U);
  for (const json& each : status["interfaces"]) EXPECT_EQ(each["uses_pinned_map"], true);
}

TEST_F(FilterLoad, IsUnloadedFromEveryInterface) {
  sh("mapctl filter load v0 v1");
  EXPECT_THAT(sh("mapctl filter unload --all"), Fails(2, "add --yes"));
  EXPECT_THAT(sh("mapctl filter unload v0 --all --yes"), Fails(2, "excludes"));
  EXPECT_THAT(sh("unshare -n mapctl filter unload --all --yes").err,
              HasSubstr("v0 is still filtered: it is in another network namespace"));
  EXPECT_THAT(sh("mapctl filter unload --all --yes; " + pins), Prints("filter_map filter_stats "));
  EXPECT_THAT(sh("mapctl filter unload --all --purge --yes; " + pins), Prints(""));
}

// ---- --confirm ----

/// Loading takes seconds on a slow machine: there, only the first case runs.
template <typename T>
std::vector<T> some(std::vector<T> all) {
  if (getenv("MAPCTL_SLOW") != nullptr) all.resize(1);
  return all;
}

/// A load that waits for its answer, which the test may write.
class Confirmed : public FilterLoad {
 protected:
  void SetUp() override {
    FilterLoad::SetUp();
    ASSERT_EQ(mkfifo("answer", 0600), 0);
    // The pipe is open for reading, too: then neither side waits for the other to open it.
    answer_ = Fd(open("answer", O_RDWR | O_CLOEXEC));
  }

  static std::string load(const std::string& options = "--confirm 600") {
    return "exec mapctl filter load v0 " + options + " < answer";
  }

  void answer(const std::string& text) {
    ASSERT_EQ(write(answer_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  /// Waits until the program is attached; it is not pinned, so only the process holds it.
  static void wait_until_it_runs(const Background& mapctl, std::uint32_t older = 0) {
    std::uint32_t now = 0;
    comes_true([&] {
      now = program_on("v0");
      return (now != 0 && now != older) || !mapctl.is_running();
    });
    ASSERT_NE(now, 0U);
    ASSERT_NE(now, older);
    EXPECT_THAT(sh(pins).out, Not(HasSubstr("link")));
  }

  static void is_gone_without_a_trace() {
    EXPECT_TRUE(is_freed("v0"));
    EXPECT_THAT(sh(pins), Prints(""));
  }

 private:
  Fd answer_;
};

TEST_F(Confirmed, StaysOnceTheUserSaysSo) {
  Background mapctl(load());
  wait_until_it_runs(mapctl);
  answer("yes\n");
  const Outcome outcome = mapctl.outcome();
  EXPECT_EQ(outcome.exit, 0) << outcome;
  EXPECT_EQ(outcome.out, "v0\tnative\tfalse\n");
  EXPECT_THAT(outcome.err, HasSubstr("Still connected? Type yes within 600 seconds"));
  EXPECT_THAT(sh(pins), Prints("filter_link_v0 filter_map filter_stats "));
}

TEST_F(Confirmed, IsTakenBackByAnyOtherLine) {
  for (const char* no : some<const char*>({"yess\n", "no\n"})) {
    Background mapctl(load());
    answer(no);
    EXPECT_THAT(mapctl.outcome(),
                Fails(1, "the filter was not confirmed: it was detached from v0"));
    is_gone_without_a_trace();
  }
}

TEST_F(Confirmed, IsTakenBackAtTheEndOfInput) {
  for (const char* input : some<const char*>({"printf yes |", "</dev/null", "<&-"})) {
    EXPECT_THAT(sh(std::string{input} + " mapctl filter load v0 --confirm 600"),
                Fails(1, "standard input ended without an answer"));
    is_gone_without_a_trace();
  }
}

TEST_F(Confirmed, IsTakenBackWhenTheTimeRunsOut) {
  for (const char* before : some<const char*>({"trap '' HUP INT TERM;", ""})) {
    EXPECT_THAT(sh(before + load("--confirm 0.1 --yes")), Fails(1, "no answer within 0.1 seconds"));
    is_gone_without_a_trace();
  }
}

TEST_F(Confirmed, IsTakenBackByASignal) {
  for (const int signal : some<int>({SIGHUP, SIGTERM, SIGINT})) {
    Background mapctl(load());
    wait_until_it_runs(mapctl);
    kill(mapctl.pid(), signal);
    EXPECT_THAT(mapctl.outcome(), Fails(signal == SIGINT ? 130 : 1, "was detached from v0"));
    is_gone_without_a_trace();
  }
}

TEST_F(Confirmed, HoldsOnlyTheCapabilitiesThatUndoingNeeds) {
  sh("chown 65534 /sys/fs/bpf; chmod 0700 /sys/fs/bpf");
  constexpr std::uint64_t needed =
      1 << CAP_NET_ADMIN | 1 << CAP_DAC_OVERRIDE | 1 << CAP_FOWNER | std::uint64_t{1} << CAP_BPF;
  Background mapctl(load());
  EXPECT_TRUE(comes_true([&] { return mapctl.capabilities() == capabilities_alone(needed); }))
      << mapctl.capabilities();
  answer("no\n");
  EXPECT_THAT(mapctl.outcome(), Fails(1, "was detached from v0"));
  is_gone_without_a_trace();
}

TEST_F(Confirmed, IsTakenBackByTheKernelWhenItIsKilled) {
  Background mapctl(load());
  wait_until_it_runs(mapctl);
  kill(mapctl.pid(), SIGKILL);
  mapctl.outcome();
  EXPECT_TRUE(is_freed("v0"));
}

TEST_F(Confirmed, IsTakenBackWhenTheTerminalIsGone) {
  OnTerminal mapctl("exec mapctl filter load v0 --confirm 600");
  ASSERT_TRUE(mapctl.shows("to keep it: "));
  EXPECT_NE(program_on("v0"), 0U);
  mapctl.hang_up();
  EXPECT_EQ(mapctl.wait(), 1);
  is_gone_without_a_trace();
}

TEST_F(Confirmed, IsNotStoppedOnATerminal) {
  OnTerminal mapctl("exec mapctl filter load v0 --confirm 600");
  ASSERT_TRUE(mapctl.shows("to keep it: "));
  mapctl.type("\x1a");
  mapctl.type("y\n");
  EXPECT_EQ(mapctl.wait(), 0);
  EXPECT_NE(program_on("v0"), 0U);
}

TEST_F(Confirmed, TakesTheFilterFromWhereItRanBefore) {
  sh("mapctl filter load v0; mapctl put filter_map 10.0.0.0/8 pass");
  const std::uint32_t older = program_on("v0");
  Background mapctl(load("--confirm 600 --default drop"));
  wait_until_it_runs(mapctl, older);
  kill(mapctl.pid(), SIGKILL);
  mapctl.outcome();
  EXPECT_TRUE(is_freed("v0"));
  EXPECT_THAT(sh("mapctl count filter_map"), Prints("2\n")) << "rules are data";
}

TEST_F(Confirmed, PutsAForeignProgramBack) {
  attach_foreign("v0");
  const std::uint32_t foreign = program_on("v0");
  answer("no\n");
  EXPECT_THAT(sh(load("--replace --confirm 600")), Fails(1, "was detached"));
  EXPECT_EQ(program_on("v0"), foreign);
}

TEST_F(Confirmed, LetsOthersWorkMeanwhile) {
  Background mapctl(load());
  wait_until_it_runs(mapctl);
  EXPECT_THAT(sh("mapctl put filter_map 10.0.0.0/8 drop"), IsSilent());
  EXPECT_THAT(sh("mapctl filter load v1"), Prints("v1\tnative\tfalse\n"));
  EXPECT_THAT(sh("mapctl filter load v0"), Fails(1, "('mapctl_filter') is attached there already"));
  answer("no\n");
  EXPECT_EQ(mapctl.outcome().exit, 1);
  EXPECT_THAT(sh(pins), Prints("filter_link_v1 filter_map filter_stats "));
}

TEST_F(Confirmed, LeavesAllAsItWasWhereTheRulesAreWrong) {
  sh("mapctl filter load v0");
  const std::uint32_t older = program_on("v0");
  write_file("rules", "10.0.0.1/8 drop\n");
  EXPECT_THAT(sh(load("--rules rules --confirm 600")), Fails(7, "rules:1:"));
  EXPECT_EQ(program_on("v0"), older);
  EXPECT_THAT(sh(pins), Prints("filter_link_v0 filter_map filter_stats "));
}

TEST_F(Confirmed, IsTakenBackWhereItFailsAfterRulesWereWritten) {
  sh("mapctl filter load v0");
  write_file("rules", "10.0.0.0/8 drop\n");
  for (const char* rules : some<const char*>({"--rules rules", "--default drop"})) {
    const Outcome outcome =
        sh(std::string{"mapctl filter load v0 lo --mode native --confirm 600 "} + rules);
    EXPECT_THAT(outcome, Fails(6, "the rules in filter_map are changed already"));
    EXPECT_THAT(outcome.err, HasSubstr("the filter was taken off v0, lo"));
    EXPECT_TRUE(is_freed("v0"));
    EXPECT_THAT(sh(pins), Prints("filter_map filter_stats "));
    sh("mapctl filter load v0");
  }
}

TEST_F(Confirmed, LeavesAllAsItWasWhereItFailsBeforeRulesAreWritten) {
  sh("mapctl filter load v0");
  const std::uint32_t older = program_on("v0");
  EXPECT_THAT(sh("mapctl filter load v0 lo --mode native --confirm 600"), Fails(6, "attach"));
  EXPECT_THAT(sh(load("--default reject --confirm 600")), Fails(2, "reject"));
  EXPECT_THAT(sh("export SSH_CONNECTION='192.0.2.7 50000 198.51.100.1 22'; " +
                 load("--default drop --confirm 600")),
              Fails(2, "would cut off your SSH"));
  EXPECT_EQ(program_on("v0"), older);
  EXPECT_THAT(sh(pins), Prints("filter_link_v0 filter_map filter_stats "));
}

TEST_F(Confirmed, IsTakenBackWhereTheQuestionCannotBeShown) {
  ASSERT_EQ(mkfifo("full", 0600), 0);
  const Fd full(open("full", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  while (write(full.get(), "x", 1) == 1) continue;
  Background mapctl(load("--confirm 1 2>full"));
  comes_true([] { return program_on("v0") != 0; });
  EXPECT_TRUE(is_freed("v0"));
}

TEST_F(Confirmed, TakesNoAnswerThatComesTooLate) {
  OnTerminal mapctl("exec mapctl filter load v0 --confirm 0.3");
  ASSERT_TRUE(mapctl.shows("to keep it: "));
  kill(mapctl.pid(), SIGSTOP);
  mapctl.type("yes\n");
  const auto late = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  comes_true([&] { return std::chrono::steady_clock::now() > late; });
  kill(mapctl.pid(), SIGCONT);
  EXPECT_EQ(mapctl.wait(), 1);
  is_gone_without_a_trace();
}

TEST_F(Confirmed, IsNotKeptOnAnInterfaceThatIsGone) {
  Background mapctl(load());
  wait_until_it_runs(mapctl);
  sh("ip link delete v0");
  answer("yes\n");
  EXPECT_THAT(mapctl.outcome(), Fails(3, "cannot keep the filter on v0"));
  EXPECT_THAT(sh(pins), Prints(""));
}

TEST_F(Confirmed, AsksOnlyWhereItCanBeAnswered) {
  EXPECT_THAT(sh("mapctl filter load v0 --rules - --confirm 60 </dev/null"),
              Fails(2, "put the rules into a file"));
  EXPECT_THAT(sh("echo 'filter load v0 --confirm 60' | mapctl batch -"), Fails(2, "in a batch"));
  EXPECT_THAT(sh("mapctl filter load v0 --confirm 0"), Fails(2, "give a duration"));
  EXPECT_EQ(program_on("v0"), 0U);
}

}  // namespace
}  // namespace mapctl::test
