// After a command is killed at any point, a second run of it completes the work.

#include <signal.h>
#include <time.h>

#include <chrono>
#include <random>

#include "support/bulk.hpp"
#include "support/rounds.hpp"
#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t size = 10000;

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

/// Provides an empty directory /run, in which the commands work, and an empty bpffs.
class Killed : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(sh("mount -t tmpfs tmp /run"), IsSilent());
    std::filesystem::current_path("/run");
  }
  void TearDown() override { std::filesystem::current_path("/tmp"); }

  /// Runs the command to its end, and takes that time as the limit for the next runs.
  void run(const std::string& command) {
    const Clock::time_point start = Clock::now();
    ASSERT_EQ(sh("exec mapctl " + command).exit, 0) << command;
    longest_ = std::max(longest_, nanoseconds(Clock::now() - start));
  }

  void run_and_kill(const std::string& command) {
    Background mapctl("exec mapctl " + command);
    std::uniform_int_distribution<nanoseconds::rep> delay(0, longest_.count());
    const nanoseconds::rep wait = delay(random_);
    const timespec time{.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000};
    ::nanosleep(&time, nullptr);
    ::kill(mapctl.pid(), SIGKILL);
    killed_ += mapctl.outcome().exit == 128 + SIGKILL ? 1 : 0;
  }

  void TellHowManyWereKilled() const { EXPECT_GT(killed_, 0); }

 private:
  std::mt19937 random_{std::random_device{}()};
  nanoseconds longest_{};
  int killed_ = 0;
};

/// Creates a map with these entries in place of the map with that pin.
void pin_map(const std::string& name, const Entries& entries) {
  Map map = make_map(MapType::hash, size);
  put_all(map, entries);
  std::filesystem::remove(bpffs / name);
  map.pin(bpffs / name);
}

std::vector<std::string> pins() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(bpffs))
    if (entry.path().extension() != ".debug") names.push_back(entry.path().filename());
  return names;
}

TEST_F(Killed, LoadHasPutTheFirstLinesAndARerunPutsAll) {
  const Entries wanted = sequence(0, size, 3);
  write_lines("in", wanted);
  pin_map("m", {});
  run("load m -f in");
  for (int round = 0; round < rounds(25); ++round) {
    pin_map("m", {});
    run_and_kill("load m -f in");
    const Entries there = entries_of("m");
    ASSERT_EQ(there, sequence(0, static_cast<std::uint32_t>(there.size()), 3));
    run("load m -f in");
    ASSERT_EQ(entries_of("m"), wanted);
  }
  TellHowManyWereKilled();
}

TEST_F(Killed, SyncHasTornNoValueAndARerunMakesTheMapEqual) {
  const Entries old = sequence(0, size / 2, 1ULL << 40 | 1);
  const Entries wanted = sequence(size / 4, size / 2, 1ULL << 40 | 3);
  write_lines("in", wanted);
  pin_map("m", old);
  run("sync m -f in --prune");
  for (int round = 0; round < rounds(25); ++round) {
    pin_map("m", old);
    run_and_kill("sync m -f in --prune");
    for (const auto& [key, value] : entries_of("m"))
      ASSERT_TRUE((old.contains(key) && old.at(key) == value) ||
                  (wanted.contains(key) && wanted.at(key) == value));
    run("sync m -f in --prune");
    ASSERT_EQ(entries_of("m"), wanted);
  }
  TellHowManyWereKilled();
}

/// A kill in the short moment between the two names of the new file leaves the first of them.
TEST_F(Killed, SaveLeavesTheOldFileOrTheNewOneAndNothingElse) {
  pin_map("m", sequence(0, size));
  run("save m -f file");
  const std::string wanted = contents_of("file");
  for (int round = 0; round < rounds(25); ++round) {
    std::ofstream("file") << "old\n";
    run_and_kill("save m -f file");
    const std::string there = contents_of("file");
    ASSERT_TRUE(there == "old\n" || there == wanted) << there.substr(0, 200);
    sh("rm -f .file.????????.tmp");
    run("save m -f file");
    ASSERT_EQ(contents_of("file"), wanted);
    ASSERT_THAT(names_in("."), ElementsAre("file"));
  }
  TellHowManyWereKilled();
}

/// A kill in the short moment between the two names of the new pin leaves the first of them.
TEST_F(Killed, RestoreLeavesTheOldMapOrTheNewOneAndNothingElse) {
  const Entries old = sequence(0, size / 2, 7);
  const Entries wanted = sequence(0, size, 3);
  pin_map("m", wanted);
  ASSERT_THAT(sh("mapctl save m -f file"), IsSilent());
  run("restore -f file --replace");
  for (int round = 0; round < rounds(25); ++round) {
    pin_map("m", old);
    run_and_kill("restore -f file --replace");
    const Entries there = entries_of("m");
    ASSERT_TRUE(there == old || there == wanted) << there.size();
    run("restore -f file --replace");
    ASSERT_EQ(entries_of("m"), wanted);
    sh("rm -f /sys/fs/bpf/m__replacing_????????????????");
    ASSERT_THAT(pins(), ElementsAre("m"));
  }
  TellHowManyWereKilled();
}

TEST_F(Killed, SaveRemovesNoFileOfAnybody) {
  pin_map("m", sequence(0, 10));
  sh("echo x >.file.1.tmp; echo x >.file.00000001.tmp");
  EXPECT_THAT(sh("mapctl save m -f file"), IsSilent());
  EXPECT_THAT(names_in("."), ElementsAre(".file.00000001.tmp", ".file.1.tmp", "file"));
}

}  // namespace
}  // namespace mapctl::test
