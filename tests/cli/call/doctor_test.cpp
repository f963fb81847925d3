// doctor looks at the machine.

#include <map>
#include <nlohmann/json.hpp>

#include "support/shell/matchers.hpp"

namespace mapctl::test {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;

/// The findings by their names.
std::map<std::string, json> findings(const Outcome& outcome) {
  std::map<std::string, json> found;
  for (const json& each : json::parse(outcome.out)) found[each["check"]] = each;
  return found;
}

TEST(Doctor, FindsNothingWhereEverythingWorks) {
  const Outcome outcome = sh("mapctl doctor -o json");
  const auto found = findings(outcome);
  for (const char* check : {"bpffs", "kernel", "BTF", "capabilities", "lockdown",
                            "unprivileged_bpf_disabled", "memlock", "interface lo"})
    EXPECT_TRUE(found.contains(check)) << check;
  EXPECT_EQ(found.at("bpffs")["state"], "ok");
  EXPECT_EQ(found.at("capabilities")["finding"], "all that any command needs");
  bool has_problem = false;
  for (const auto& [check, finding] : found) has_problem |= finding["state"] == "problem";
  EXPECT_EQ(outcome.exit, has_problem ? 1 : 0);
}

TEST(Doctor, HasAFixForAMissingBpffs) {
  const Outcome outcome = sh("MAPCTL_BPFFS=/mnt mapctl doctor -o json");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(findings(outcome).at("bpffs")["fix"], "mount -t bpf bpf /mnt");
}

TEST(Doctor, TellsOfABpffsWhereAnybodyMayRemovePins) {
  const Outcome outcome = sh("chmod 0777 /sys/fs/bpf; mapctl doctor -o json");
  EXPECT_EQ(findings(outcome).at("bpffs")["fix"],
            "anybody may remove pins: chmod 1777 /sys/fs/bpf");
  sh("chmod 1777 /sys/fs/bpf");
  EXPECT_EQ(findings(sh("mapctl doctor -o json")).at("bpffs")["state"], "ok");
  sh("chmod 0700 /sys/fs/bpf");
}

TEST(Doctor, NamesTheCapabilitiesThatAreMissing) {
  const Outcome outcome = sh(std::string{as_nobody} + "mapctl doctor -o json");
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(findings(outcome).at("capabilities")["finding"],
            "without CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN");
}

TEST(Doctor, DescribesInterfaces) {
  sh("ip link add v0 mtu 1400 type veth peer name v1; mapctl filter load v0");
  EXPECT_THAT(
      sh("mapctl doctor").out,
      ContainsRegex("interface v0\tok\tdriver veth, MTU 1400, XDP program [0-9]+ \\(native\\)\t"));
  sh("ip link delete v0; rm -rf /sys/fs/bpf/*");
}

}  // namespace
}  // namespace mapctl::test
