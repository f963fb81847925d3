// Tests with an independent tracing tool: mapctl reads the maps of syscount while it runs.

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::IsSupersetOf;

void call_getppid(int times) {
  for (int i = 0; i < times; ++i) syscall(SYS_getppid);
}

/// syscount, which counts the system calls of this very process in a hash map.
class Syscount : public testing::Test {
 protected:
  void SetUp() override {
    sh("mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing");
    tool_.emplace("exec syscount -i 3600 -p " + std::to_string(getpid()));
    do {
      call_getppid(1);
    } while (tool_->is_running() && sh("mapctl get " + map("data") + " " + getppid_).exit != 0);
    ASSERT_TRUE(tool_->is_running()) << tool_->outcome();
  }

  /// Its maps as list shows them. Another process that lists at the same moment has them open, too.
  json maps() const {
    const json tool{{"pid", tool_->pid()}, {"comm", "syscount"}};
    json own = json::array();
    for (const json& row : json::parse(sh("mapctl list --pids -o json").out))
      if (std::ranges::count(row["pids"], tool) == 1) own.push_back(row);
    return own;
  }

  /// The text id:N for its map of that name.
  std::string map(const std::string& name) const {
    for (const json& row : maps())
      if (row["name"] == name) return "id:" + row["id"].dump();
    return "none";
  }

  std::optional<Background> tool_;
  const std::string getppid_ = std::to_string(SYS_getppid);
};

TEST_F(Syscount, HasMapsThatAreListedByItsProcess) {
  std::vector<std::string> names;
  for (const json& row : maps()) names.push_back(row["name"]);
  EXPECT_THAT(names, IsSupersetOf({"start", "data", "cgroup_map", "syscount.rodata"}));
}

TEST_F(Syscount, CountsInAMapThatIsReadMeanwhile) {
  const std::string data = map("data");
  const std::string count = "mapctl get -o json " + data + " " + getppid_ + " | jq .value.count";
  const int before = std::stoi(sh(count).out);
  call_getppid(1000);
  const std::string after = std::to_string(before + 1000);
  EXPECT_THAT(sh(count), Prints(after + "\n"));
  const json entries = json::parse(sh("mapctl dump -o json " + data).out, nullptr, false);
  EXPECT_THAT(entries,
              Contains(json{{"key", SYS_getppid},
                            {"value", {{"count", before + 1000}, {"total_ns", 0}, {"comm", ""}}}}));
  EXPECT_THAT(tool_->interrupt().out, testing::ContainsRegex("getppid +" + after + "\n"));
}

TEST_F(Syscount, HasTypesOfWhichNothingIsGuessed) {
  const json shown = json::parse(sh("mapctl show -o json " + map("data")).out, nullptr, false);
  EXPECT_EQ(shown["key"], "u32");
  EXPECT_EQ(shown["value"], "{count:u64,total_ns:u64,comm:char[16]}");
  EXPECT_EQ(shown["programs"][0]["type"], "tracepoint");
}

TEST_F(Syscount, HasItsOptionsInVariables) {
  const std::string options = map("syscount.rodata");
  EXPECT_THAT(sh("mapctl get -o json " + options + " 0 | jq '.value.filter_pid'"),
              Prints(std::to_string(getpid()) + "\n"));
  EXPECT_THAT(sh("mapctl put " + options + " 0 filter_pid=1"), Fails(6, "frozen"));
}

TEST_F(Syscount, TellsWhatMapctlPutIntoItsMap) {
  ASSERT_THAT(sh("mapctl put " + map("data") + " " + getppid_ + " count=7654321"), IsSilent());
  EXPECT_THAT(tool_->interrupt().out, testing::ContainsRegex("getppid +7654321\n"));
}

}  // namespace
}  // namespace mapctl::test
