// list prints the existing maps.

#include <bpf/bpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "mapctl/kernel_version.hpp"
#include "support/sender.hpp"
#include "support/shell/matchers.hpp"
#include "support/shell/terminal.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

int small_map(const char* name) {
  return bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, 4, 1, nullptr);
}

/// Pins one new map after another in a world-readable directory, while this object lives.
class Churn {
 public:
  ~Churn() {
    over_ = true;
    thread_.join();
  }

 private:
  void run() {
    while (!over_) {
      const int map = small_map("churn");
      bpf_obj_pin(map, "/sys/fs/bpf/next");
      close(map);
      chmod("/sys/fs/bpf/next", 0444);
      unlink("/sys/fs/bpf/churn");
      rename("/sys/fs/bpf/next", "/sys/fs/bpf/churn");
    }
  }

  std::atomic<bool> over_ = false;
  std::thread thread_{[this] { run(); }};
};

TEST(List, HasTheFieldsThatScriptsRelyOn) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  const json row = json::parse(sh("mapctl list m -o json").out)[0];
  for (const char* field : {"id", "name", "type", "flags", "key_size", "value_size", "max_entries",
                            "entries", "bytes_memlock", "frozen", "btf_id", "pinned"})
    EXPECT_TRUE(row.contains(field)) << field;
}

TEST(List, ComparesThePatternWithTheNameThatOtherCommandsTake) {
  sh("mkdir /sys/fs/bpf/k; mapctl create /sys/fs/bpf/k/held -t array -k u32 -v u32 -n 1 --name x");
  for (const char* pattern : {"k/*", "k/held", "held", "/sys/fs/bpf/k/*"})
    EXPECT_THAT(sh(std::string{"mapctl list '"} + pattern + "' -o csv").out, HasSubstr("k/held"))
        << pattern;
}

TEST(List, CanBeNarrowedByNameAndType) {
  sh("mapctl create alpha -t hash -k u32 -v u64 -n 8; mapctl create beta -t array -k u32 -v u64 -n "
     "8");
  EXPECT_THAT(sh("mapctl list 'al*' -o jsonl | jq -r .name"), Prints("alpha\n"));
  EXPECT_THAT(sh("mapctl list -t array '*eta' -o jsonl | jq -r .name"), Prints("beta\n"));
  EXPECT_THAT(sh("mapctl list -t hash '*eta' -o json"), Prints("[]\n"));
}

TEST(List, ForOthersThanRootSaysThatItIsNotAll) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8 --mode 0444");
  const Outcome outcome = sh("setpriv --reuid 65534 --clear-groups mapctl list -o json");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_EQ(json::parse(outcome.out).size(), 1U);
  EXPECT_THAT(outcome.err, testing::HasSubstr("this is not all"));
}

TEST(List, PassesOverABpffsThatAnotherMountHides) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 8; mkdir /sys/fs/bpf/d; mount -t bpf bpf "
     "/sys/fs/bpf/d; mount -t tmpfs tmp /sys/fs/bpf/d");
  EXPECT_EQ(json::parse(sh("mapctl list m -o json").out).size(), 1U);
}

TEST(List, SuggestsATypeThatExists) {
  EXPECT_THAT(sh("mapctl list -t hsah"), Fails(2, "did you mean 'hash'?"));
}

TEST(List, AsATableSaysHowFullMapsAre) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1; mapctl put m 2 1");
  EXPECT_EQ(sh("mapctl list m -o table | sed 's/  */ /g' | sed 1q").out,
            " id name type key_size value_size max_entries entries fill memory flags pinned\n");
  EXPECT_THAT(sh("mapctl list m -o table | tail -n 1 | sed 's/  */ /g'").out,
              HasSubstr(" m hash 4 8 8 2 25% "));
}

TEST(List, FitsATerminalByLeavingOutColumns) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl put m 1 1");
  OnTerminal narrow("COLUMNS=50 mapctl list m");
  EXPECT_EQ(narrow.wait(), 0);
  EXPECT_THAT(narrow.seen(), ContainsRegex("^ +id  name  type +entries  fill +pinned\r\n"));
  EXPECT_THAT(narrow.seen(), HasSubstr("12%"));
  OnTerminal wide("COLUMNS=200 mapctl list m");
  EXPECT_EQ(wide.wait(), 0);
  EXPECT_THAT(wide.seen(), HasSubstr("memory"));
  OnTerminal narrowest("COLUMNS=20 mapctl list m");
  EXPECT_EQ(narrowest.wait(), 0);
  EXPECT_THAT(narrowest.seen(), HasSubstr("name         m\r\ntype         hash\r\n"));
}

TEST(List, TakesTheWidthOfTheTerminal) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  OnTerminal mapctl("stty cols 50; mapctl list m");
  EXPECT_EQ(mapctl.wait(), 0);
  EXPECT_THAT(mapctl.seen(), AllOf(HasSubstr("pinned"), Not(HasSubstr("memory"))));
}

TEST(List, HasAllColumnsInAPipe) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("COLUMNS=20 mapctl list m -o table").out, HasSubstr("memory"));
  EXPECT_THAT(sh("COLUMNS=20 mapctl list m | awk -F'\t' '{print NF, $12}'"),
              Prints("12 /sys/fs/bpf/m\n"));
}

TEST(List, SelectsMapsByTheirColumns) {
  sh("mapctl create a -t hash -k u32 -v u64 -n 4; mapctl create b -t hash -k u32 -v u64 -n 8");
  sh("for i in 1 2 3; do mapctl put a $i 1; mapctl put b $i 1; done");
  sh("mapctl create c -t array -k u32 -v u64 -n 64");
  const auto names = [](const std::string& options) {
    return sh("mapctl list '[abc]' -o jsonl " + options + " | jq -r .name | tr '\n' ' '").out;
  };
  EXPECT_EQ(names("--where 'fill > 70%'"), "a ");
  EXPECT_EQ(names("--where 'fill <= 37.5'"), "b ");
  EXPECT_EQ(names("--where 'type = array or pinned ~ */a'"), "a c ");
  EXPECT_EQ(names("--where 'max_entries > 4' --limit 1"), "b ");
  EXPECT_EQ(names("--sort -entries"), "c a b ");
  EXPECT_EQ(names("--sort -name"), "c b a ");
  EXPECT_EQ(names("--sort -memory --limit 2"), names("--sort -bytes_memlock --limit 2"));
  EXPECT_EQ(names("--sort fill"), "b a c ");
  EXPECT_THAT(sh("mapctl list a -o json | jq .[0].fill"), Prints("75\n"));
  EXPECT_THAT(sh("mapctl list --sort fil"), Fails(2, "did you mean 'fill'?"));
  EXPECT_THAT(sh("mapctl list --where 'type = hsah'"), Fails(2, "did you mean 'hash'?"));
}

TEST(List, AsksTheKernelForTheEntriesOfLargeHashes) {
  if (running_kernel() < KernelVersion{6, 6}) return;
  for (const char* type : {"hash", "lru_hash", "percpu_hash", "lru_percpu_hash"})
    sh(std::string{"mapctl create "} + type + " -t " + type +
       " -k u32 -v u32 -n 100000; mapctl put " + type + " 1 1; mapctl put " + type + " 2 1");
  EXPECT_THAT(sh("mapctl list '*hash' --where 'entries = 2' -o jsonl | wc -l"), Prints("4\n"));
  EXPECT_THAT(sh("mapctl show hash -o json | jq .entries"), Prints("2\n"));
}

TEST(List, AsksTheKernelForTheEntriesOfTries) {
  sh("mapctl create trie -t lpm_trie -k cidr4 -v u32 -m 100000; mapctl put trie 10.0.0.0/8 1; "
     "mapctl put trie 10.0.0.0/16 1; mapctl put trie 10.0.0.0/8 2; mapctl put trie 192.0.2.1/32 1; "
     "mapctl del trie 10.0.0.0/16");
  EXPECT_THAT(sh("mapctl list trie -o jsonl | jq .entries"), Prints("2\n"));
}

TEST(List, CountsLargeMapsOnRequest) {
  sh("mapctl create large -t devmap_hash -k u32 -v u32 -m 100000; mapctl put large 7 lo");
  const Outcome quick = sh("mapctl list large --where 'entries > 0' -o json");
  EXPECT_EQ(quick.out, "[]\n");
  EXPECT_THAT(quick.err, HasSubstr("list --count"));
  EXPECT_THAT(sh("mapctl list large --where 'entries > 0' --count -o jsonl | jq .entries"),
              Prints("1\n"));
}

class Above : public testing::Test {
 protected:
  void SetUp() override {
    sh("for m in fuller half; do mapctl create $m -t hash -k u32 -v u32 -m 10; done; "
       "for i in 1 2 3 4 5; do mapctl put half $i 1; done; "
       "for i in 1 2 3 4 5 6 7 8 9; do mapctl put fuller $i 1; done; "
       "mapctl create lru -t lru_hash -k u32 -v u32 -m 1; mapctl put lru 1 1; "
       "mapctl create array -t array -v u32 -m 1; mapctl create queue -t queue -v u32 -m 1");
  }

  /// The names of the maps that are found, before the exit status.
  static std::string found(const std::string& options) {
    const Outcome outcome = sh("mapctl list " + options);
    EXPECT_EQ(outcome.err, "");
    std::string names;
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t begin = line.find('\t') + 1;
      names += line.substr(begin, line.find('\t', begin) - begin) + ' ';
    }
    return names + std::to_string(outcome.exit);
  }
};

TEST_F(Above, PrintsWhatIsFullerAndExitsWith1) {
  EXPECT_EQ(found("--pinned --above 80%"), "fuller 1");
  EXPECT_EQ(found("--pinned --above 49.9%"), "fuller half 1");
  EXPECT_EQ(found("--pinned --above 90%"), "0");
  EXPECT_EQ(found("half --above 80%"), "0");
  EXPECT_THAT(sh("mapctl list --pinned --above 80%").out, ContainsRegex("fuller\t90.0\n$"));
  EXPECT_EQ(json::parse(sh("mapctl list --pinned --above 80% -o json").out)[0]["fill"], 90);
  EXPECT_THAT(sh("mapctl list --pinned --above 80% -o csv | tail -n 1").out, HasSubstr(",90.0\n"));
}

TEST_F(Above, TakesAShareForOneMap) {
  EXPECT_EQ(found("--above half=40%"), "half 1");
  EXPECT_EQ(found("--above fuller=90%"), "0");
  EXPECT_EQ(found("--pinned --above 40% --above half=50%"), "fuller 1");
  EXPECT_EQ(found("--above half=40% --above /sys/fs/bpf/fuller=80%"), "fuller half 1");
}

TEST_F(Above, ChecksLruMapsOnlyByName) {
  EXPECT_EQ(found("lru --above 80%"), "0");
  EXPECT_EQ(found("--above lru=80%"), "lru 1");
}

TEST_F(Above, RefusesWhatCannotBeChecked) {
  EXPECT_THAT(sh("mapctl list --above array=80%"), Fails(6, "every index of an array exists"));
  EXPECT_THAT(sh("mapctl list --above queue=80%"), Fails(6, "of a queue cannot be counted"));
  EXPECT_THAT(sh("mapctl list --above nosuch=80%"), Fails(3, "there is no map 'nosuch'"));
  for (const char* share : {"80", "100%", "-1%", "half=80", "half=", "x%", "nan%"})
    EXPECT_THAT(sh(std::string{"mapctl list --above "} + share), Fails(2, "MAP=80%")) << share;
}

TEST_F(Above, CountsLargeMapsThatAreNamed) {
  sh("mapctl create large -t devmap_hash -k u32 -v u32 -m 100000; mapctl put large 7 lo");
  EXPECT_EQ(found("--above large=0%"), "large 1");
  EXPECT_THAT(sh("mapctl list large --above 0%").err, HasSubstr("list --count"));
}

TEST(List, DoesNotCallAnArrayFull) {
  sh("mapctl create m -t array -k u32 -v u64 -n 8");
  EXPECT_THAT(sh("mapctl list m -o table | tail -n 1 | sed 's/  */ /g'").out,
              HasSubstr(" m array 4 8 8 8 - "));
}

TEST(List, NamesThePinsOnEveryBpffs) {
  sh("mkdir /sys/fs/bpf/d; mount -t bpf bpf /sys/fs/bpf/d");
  sh("mapctl create m -t hash -k u32 -v u64 -n 8; mapctl pin m /sys/fs/bpf/d/second");
  EXPECT_EQ(json::parse(sh("mapctl list m -o json").out)[0]["pinned"],
            json::array({"/sys/fs/bpf/d/second", "/sys/fs/bpf/m"}));
}

TEST(List, CanBeNarrowedToPinnedMaps) {
  const int loose = small_map("loose");
  sh("mapctl create m -t hash -k u32 -v u64 -n 8");
  EXPECT_EQ(sh("mapctl list loose -o jsonl | jq -r .name").out, "loose\n");
  EXPECT_THAT(sh("mapctl list --pinned -o jsonl | jq -r .name"), Prints("m\n"));
  close(loose);
}

TEST(List, NamesTheProcessesThatHoldAMap) {
  const int held = small_map("held");
  const std::string pid = std::to_string(getpid());
  const json row = json::parse(sh("mapctl list held --pids -o json").out)[0];
  EXPECT_EQ(row["pids"], (json::array({{{"pid", getpid()}, {"comm", "cli_tests"}}})));
  EXPECT_THAT(sh("mapctl list held --pids -o table").out, HasSubstr("cli_tests(" + pid + ")"));
  EXPECT_THAT(sh("mapctl list held --pids").out, HasSubstr("[{pid=" + pid + ",comm=cli_tests}]"));
  EXPECT_FALSE(json::parse(sh("mapctl list held -o json").out)[0].contains("pids"));
  close(held);
}

TEST(Show, NamesTheProcessesAndTheWholeNamesOfPrograms) {
  const Sender sender;
  ASSERT_TRUE(sender);
  const json shown = json::parse(sh("mapctl show name:perf -o json").out);
  EXPECT_EQ(shown["pids"], (json::array({{{"pid", getpid()}, {"comm", "cli_tests"}}})));
  EXPECT_EQ(shown["programs"][0]["name"], "send_each_packet_to_perf");
}

TEST(Show, OfANameOfTwoMapsSaysWhoUsesThem) {
  const Sender sender;
  ASSERT_TRUE(sender);
  sh("mapctl create other -t array -v u32 -n 1 --name perf");
  const Outcome outcome = sh("mapctl show name:perf");
  EXPECT_THAT(outcome, Fails(3, "'perf' is the name of "));
  EXPECT_THAT(outcome.err, HasSubstr("is open in cli_tests(" + std::to_string(getpid()) +
                                     "), and used by program "));
  EXPECT_THAT(outcome.err, HasSubstr("('send_each_packet_to_perf')"));
  EXPECT_THAT(outcome.err, HasSubstr("is open in nothing, and used by nothing"));
}

TEST(List, OfProcessesSaysToOthersThanRootThatItIsNotAll) {
  sh("mapctl create m -t hash -k u32 -v u64 -n 8 --mode 0444");
  const Outcome outcome = sh("setpriv --reuid 65534 --clear-groups mapctl list --pids -o json");
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.err, HasSubstr("CAP_SYS_PTRACE"));
  EXPECT_EQ(json::parse(outcome.out)[0]["pids"], json::array());
}

TEST(List, GoesOnWhereMapsVanish) {
  sh("mapctl create stays -t hash -k u32 -v u64 -n 8 --mode 0444");
  const Churn churn;
  for (int i = 0; i < 50; ++i) {
    const Outcome outcome = sh("mapctl list -o jsonl | grep -c '\"stays\"'");
    ASSERT_EQ(outcome.out, "1\n") << outcome;
    ASSERT_EQ(outcome.err, "");
  }
}

TEST(List, GoesOnForOthersThanRootWherePinsVanish) {
  sh("mapctl create stays -t hash -k u32 -v u64 -n 8 --mode 0444");
  const Churn churn;
  for (int i = 0; i < 50; ++i) {
    const Outcome outcome =
        sh("setpriv --reuid 65534 --clear-groups mapctl list -o jsonl | grep -c '\"stays\"'");
    ASSERT_EQ(outcome.out, "1\n") << outcome;
    ASSERT_THAT(outcome.err, Not(HasSubstr("cannot")));
  }
}

TEST(List, PrintsPathsAsTheyAre) {
  sh("mapctl create m -t hash -k u32 -v u32 -n 2; mapctl pin m 'a b'; mapctl pin m 'c,d'");
  EXPECT_THAT(sh("mapctl unpin m --yes; mapctl list m -o csv | tail -n 1 | cut -d, -f 12-"),
              Prints("\"/sys/fs/bpf/a b,\"\"/sys/fs/bpf/c,d\"\"\"\n"));
  EXPECT_THAT(sh("mapctl unpin 'c,d'; mapctl list m -o csv | tail -n 1 | cut -d, -f 12-"),
              Prints("/sys/fs/bpf/a b\n"));
}

}  // namespace
}  // namespace mapctl::test
