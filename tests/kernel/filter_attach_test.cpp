// Loading the filter on interfaces, and real packets through it.

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "filter_fixture.hpp"
#include "mapctl/pin.hpp"
#include "maps.hpp"

namespace mapctl::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Another network namespace while it lives; nothing but descriptors holds it.
class OtherNamespace {
 public:
  OtherNamespace() : own_(open_current()) {
    EXPECT_EQ(unshare(CLONE_NEWNET), 0);
    other_ = open_current();
    EXPECT_EQ(setns(own_.get(), CLONE_NEWNET), 0);
  }

  /// For `ip link set … netns`.
  std::string path() const {
    return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(other_.get());
  }

  template <typename Call>
  void inside(Call call) const {
    EXPECT_EQ(setns(other_.get(), CLONE_NEWNET), 0);
    call();
    EXPECT_EQ(setns(own_.get(), CLONE_NEWNET), 0);
  }

  int shell(const std::string& command) const {
    int status = -1;
    inside([&] { status = test::shell(command); });
    return status;
  }

 private:
  static Fd open_current() { return Fd(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)); }

  Fd own_;
  Fd other_;
};

/// A host beyond a veth that pings us.
class Peer {
 public:
  Peer() {
    EXPECT_EQ(shell("ip link set f1 netns " + namespace_.path()), 0);
    EXPECT_EQ(shell("ip addr add 10.77.0.1/24 dev f0 && ip link set f0 up"), 0);
    EXPECT_EQ(namespace_.shell("ip addr add 10.77.0.2/24 dev f1 && ip link set f1 up"), 0);
  }

  const std::string& interface() const noexcept { return veth_.name(); }

  bool pings() const { return namespace_.shell("ping -c1 -W1 10.77.0.1 >/dev/null 2>&1") == 0; }

 private:
  VethPair veth_;
  OtherNamespace namespace_;
};

class FilterAttach : public testing::Test {
 protected:
  ~FilterAttach() override { remove_filter(); }
};

/// The filter's pins that there are.
std::vector<std::string> pins() {
  std::vector<std::string> names;
  for_each_pin(bpffs, [&](const fs::path& pin) {
    const std::string name = pin.filename().string();
    if (name.starts_with("filter_")) names.push_back(name);
  });
  std::ranges::sort(names);
  return names;
}

/// The XDP program on an interface; 0 where there is none.
std::uint32_t program_on(const std::string& interface) {
  std::uint32_t id = 0;
  EXPECT_EQ(bpf_xdp_query_id(static_cast<int>(if_nametoindex(interface.c_str())), 0, &id), 0);
  return id;
}

std::vector<Attached> load(const std::vector<std::string>& interfaces) {
  return filter_load(interfaces, {.directory = bpffs});
}

/// Somebody else's program, attached the old way.
void attach_foreign(const std::string& interface) {
  const bpf_insn instructions[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 2},
                                   {.code = BPF_JMP | BPF_EXIT}};
  const Fd program(
      bpf_prog_load(BPF_PROG_TYPE_XDP, "foreign_prog", "GPL", instructions, 2, nullptr));
  ASSERT_TRUE(program);
  const auto index = static_cast<int>(if_nametoindex(interface.c_str()));
  ASSERT_EQ(bpf_xdp_attach(index, program.get(), 0, nullptr), 0);
}

class FilterInMode : public FilterAttach, public testing::WithParamInterface<XdpMode> {};

TEST_P(FilterInMode, DropsPingsWhileARuleSaysSo) {
  const Peer peer;
  EXPECT_TRUE(peer.pings());
  filter_load({peer.interface()}, {.directory = bpffs, .mode = GetParam()});
  EXPECT_EQ(filter_status(bpffs).links.at(0).mode, GetParam());
  RuleMap rules;
  EXPECT_TRUE(peer.pings());
  rules.put("10.77.0.0/24", "drop");
  EXPECT_FALSE(peer.pings());
  EXPECT_EQ(rules.counted("10.77.0.0/24").packets, 1U);
  rules.erase("10.77.0.0/24");
  EXPECT_TRUE(peer.pings());
}

TEST_P(FilterInMode, LetsTheNeighboursBeFoundUnderADefaultOfDrop) {
  const Peer peer;
  filter_load({peer.interface()}, {.directory = bpffs, .mode = GetParam()});
  RuleMap().put({{"default", "drop"}, {"icmp from 10.77.0.2", "pass"}});
  EXPECT_TRUE(peer.pings());
  EXPECT_GT(filter_status(bpffs).totals[static_cast<std::size_t>(FilterVerdict::arp_nd)].packets,
            0U);
}

INSTANTIATE_TEST_SUITE_P(Mode, FilterInMode, testing::Values(XdpMode::native, XdpMode::skb),
                         [](const auto& tested) { return std::string{name(tested.param)}; });

TEST_F(FilterAttach, TakesNativeModeWhereTheDriverHasIt) {
  const VethPair veth;
  const std::vector<Attached> attached = load({"f0"});
  ASSERT_THAT(attached, SizeIs(1));
  EXPECT_EQ(attached[0].interface, "f0");
  EXPECT_EQ(attached[0].mode, XdpMode::native);
  EXPECT_FALSE(attached[0].replaced);
  EXPECT_EQ(attached[0].native_refusal, "");
}

TEST_F(FilterAttach, FallsBackToSkbModeAndSaysWhy) {
  const std::vector<Attached> attached = load({"lo"});
  EXPECT_EQ(attached.at(0).mode, XdpMode::skb);
  EXPECT_EQ(attached.at(0).native_refusal, "its driver has no native XDP");
  EXPECT_EQ(cause_of([] { filter_load({"lo"}, {.directory = bpffs, .mode = XdpMode::native}); }),
            Cause::exists);
  filter_unload("lo", bpffs);
  EXPECT_EQ(cause_of([] { filter_load({"lo"}, {.directory = bpffs, .mode = XdpMode::native}); }),
            Cause::unsupported);
}

TEST_F(FilterAttach, OutlivesTheProcessThatLoadedIt) {
  const Peer peer;
  const pid_t loader = fork();
  if (loader == 0) {
    filter_load({peer.interface()}, {.directory = bpffs});
    RuleMap().put("10.77.0.2", "drop");
    _exit(0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(loader, &status, 0), loader);
  ASSERT_EQ(status, 0);
  EXPECT_THAT(pins(), testing::ElementsAre("filter_link_f0", "filter_map", "filter_stats"));
  EXPECT_NE(program_on(peer.interface()), 0U);
  EXPECT_FALSE(peer.pings());
}

TEST_F(FilterAttach, IsReplacedWithItsRulesAndCountersKept) {
  const Peer peer;
  load({"f0"});
  RuleMap().put("10.77.0.2", "drop");
  peer.pings();
  const FilterStatus before = filter_status(bpffs);
  EXPECT_TRUE(load({"f0"}).at(0).replaced);
  const FilterStatus after = filter_status(bpffs);
  EXPECT_EQ(after.map_id, before.map_id);
  EXPECT_EQ(after.links.at(0).link_id, before.links.at(0).link_id);
  EXPECT_NE(after.links.at(0).program_id, before.links.at(0).program_id);
  EXPECT_EQ(program_on("f0"), after.links.at(0).program_id);
  EXPECT_EQ(RuleMap().counted("10.77.0.2").packets, 1U);
  EXPECT_FALSE(peer.pings());
}

TEST_F(FilterAttach, IsUnloadedWithItsRulesKept) {
  const Peer peer;
  load({"f0"});
  RuleMap().put("10.77.0.2", "drop");
  EXPECT_TRUE(filter_unload("f0", bpffs));
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_TRUE(peer.pings());
  EXPECT_THAT(pins(), testing::ElementsAre("filter_map", "filter_stats"));
  EXPECT_EQ(filter_status(bpffs).rules, 1U);
  EXPECT_FALSE(filter_unload("f0", bpffs));
}

TEST_F(FilterAttach, IsPurgedOnlyWhenNothingIsFiltered) {
  const VethPair veth;
  load({"f0", "f1"});
  filter_unload("f1", bpffs);
  const auto refusal = error_of([] { filter_purge(bpffs); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::busy);
  EXPECT_THAT(refusal->what(), HasSubstr("f0 is still filtered"));
  EXPECT_THAT(pins(), SizeIs(3));
  filter_unload("f0", bpffs);
  filter_purge(bpffs);
  EXPECT_THAT(pins(), IsEmpty());
  filter_purge(bpffs);
}

TEST_F(FilterAttach, LeavesAForeignProgramAloneAndNamesIt) {
  const VethPair veth;
  attach_foreign("f0");
  const std::uint32_t foreign = program_on("f0");
  const auto refusal = error_of([] { load({"f0"}); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::exists);
  EXPECT_THAT(refusal->what(), HasSubstr("foreign_prog"));
  EXPECT_EQ(program_on("f0"), foreign);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterAttach, TouchesNothingWhereAnInterfaceIsMissing) {
  const VethPair veth;
  const auto refusal = error_of([] { load({"f0", "nosuch"}); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::not_found);
  EXPECT_THAT(refusal->what(), HasSubstr("nosuch"));
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterAttach, IsTakenBackWhereAnotherInterfaceRefuses) {
  const VethPair veth;
  attach_foreign("f1");
  EXPECT_EQ(cause_of([] { load({"f0", "f1"}); }), Cause::exists);
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterAttach, GoesBackToTheOlderProgramWhereAnotherInterfaceRefuses) {
  const VethPair veth;
  load({"f0"});
  attach_foreign("f1");
  const std::uint32_t older = program_on("f0");
  EXPECT_EQ(cause_of([] { load({"f0", "f1"}); }), Cause::exists);
  EXPECT_EQ(program_on("f0"), older);
  EXPECT_THAT(pins(), testing::ElementsAre("filter_link_f0", "filter_map", "filter_stats"));
}

TEST_F(FilterAttach, CopesWithADotInTheNameOfAnInterface) {
  const VethPair veth("a.1", "b.1");
  load({"a.1"});
  EXPECT_EQ(filter_status(bpffs).links.at(0).interface, "a.1");
  EXPECT_TRUE(load({"a.1"}).at(0).replaced);
  EXPECT_TRUE(filter_unload("a.1", bpffs));
  EXPECT_EQ(program_on("a.1"), 0U);
}

TEST_F(FilterAttach, RefusesAnotherKindOfMapAndSaysWhatDiffers) {
  const VethPair veth;
  make_map(MapType::hash).pin(bpffs / "filter_map");
  EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("it is a hash"));
  unpin(bpffs / "filter_map");
  make_map(MapType::lpm_trie).pin(bpffs / "filter_map");
  EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("its keys are 8 bytes, not 28"));
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), testing::ElementsAre("filter_map"));
}

TEST_F(FilterAttach, MakesAMapOfTheWantedSizeAndKeepsThatOfAnOldOne) {
  const VethPair veth;
  filter_load({"f0"}, {.directory = bpffs, .max_entries = 100});
  EXPECT_EQ(filter_status(bpffs).max_entries, 100U);
  filter_load({"f0", "f1"}, {.directory = bpffs, .max_entries = 200});
  EXPECT_EQ(filter_status(bpffs).max_entries, 100U);
}

TEST_F(FilterAttach, ReplacesTheLinkOfADeviceThatIsGone) {
  {
    const VethPair veth;
    load({"f0"});
  }
  const FilterLink gone = filter_status(bpffs).links.at(0);
  EXPECT_TRUE(gone.defunct);
  EXPECT_FALSE(gone.uses_pinned_map);
  const VethPair again;
  EXPECT_FALSE(load({"f0"}).at(0).replaced);
  const FilterStatus status = filter_status(bpffs);
  ASSERT_THAT(status.links, SizeIs(1));
  EXPECT_FALSE(status.links[0].defunct);
  EXPECT_EQ(program_on("f0"), status.links[0].program_id);
}

TEST_F(FilterAttach, IsFoundOnAnInterfaceThatGotAnotherName) {
  const VethPair veth;
  load({"f0"});
  ASSERT_EQ(shell("ip link set f1 name spare && ip link set f0 name f1"), 0);
  EXPECT_EQ(filter_status(bpffs).links.at(0).interface, "f1");
  EXPECT_TRUE(load({"f1"}).at(0).replaced);
  EXPECT_TRUE(filter_unload("f1", bpffs));
  EXPECT_EQ(program_on("f1"), 0U);
  EXPECT_THAT(pins(), testing::ElementsAre("filter_map", "filter_stats"));
}

TEST_F(FilterAttach, StaysOnARenamedInterfaceWhereAnotherGotItsName) {
  const VethPair veth;
  load({"f0"});
  ASSERT_EQ(shell("ip link set f0 name renamed && ip link set f1 name f0"), 0);
  EXPECT_FALSE(filter_unload("f0", bpffs));
  EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("it filters renamed"));
  EXPECT_NE(program_on("renamed"), 0U);
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), SizeIs(3));
}

TEST_F(FilterAttach, StaysInAnotherNetworkNamespaceWhereTheNumbersAreTheSame) {
  const VethPair veth;
  load({"f0"});
  const OtherNamespace other;
  const std::string index = std::to_string(if_nametoindex("f0"));
  ASSERT_EQ(other.shell("ip link add f0 index " + index + " type veth peer name f1"), 0);
  other.inside([] {
    EXPECT_FALSE(filter_unload("f0", bpffs));
    EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("of another network namespace"));
  });
  EXPECT_NE(program_on("f0"), 0U);
}

TEST_F(FilterAttach, IsPurgedWithTheLinksOfDevicesThatAreGone) {
  {
    const VethPair veth;
    load({"f0"});
  }
  filter_purge(bpffs);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterAttach, ReportsWhatItHasSeen) {
  const Peer peer;
  load({"f0"});
  RuleMap().put({{"default", "drop"}, {"10.77.0.2", "pass"}});
  EXPECT_TRUE(peer.pings());
  const FilterStatus status = filter_status(bpffs);
  const FilterTotals& passed = status.totals[static_cast<std::size_t>(FilterVerdict::pass_rule)];
  EXPECT_EQ(passed.packets, 1U);
  EXPECT_EQ(passed.bytes, 98U) << "an echo request of ping";
  EXPECT_EQ(status.default_action, "drop");
  EXPECT_EQ(status.rules, 2U);
  ASSERT_THAT(status.links, SizeIs(1));
  EXPECT_EQ(status.links[0].pin, (bpffs / "filter_link_f0").string());
  EXPECT_TRUE(status.links[0].uses_pinned_map);
}

TEST_F(FilterAttach, HasAnEmptyStatusBeforeItIsLoaded) {
  const FilterStatus status = filter_status(bpffs);
  EXPECT_EQ(status.map_id, 0U);
  EXPECT_EQ(status.rules, 0U);
  EXPECT_EQ(status.default_action, "pass");
  EXPECT_THAT(status.links, IsEmpty());
}

TEST_F(FilterAttach, HasNoStatusWhereAnotherKindOfMapIsPinned) {
  make_map(MapType::lpm_trie).pin(bpffs / "filter_map");
  EXPECT_THAT(message_of([] { filter_status(bpffs); }), HasSubstr("another kind of map"));
}

TEST_F(FilterAttach, NeedsABpffs) {
  EXPECT_EQ(cause_of([] { filter_load({"lo"}, {.directory = "/tmp"}); }), Cause::not_bpffs);
}

}  // namespace
}  // namespace mapctl::test
