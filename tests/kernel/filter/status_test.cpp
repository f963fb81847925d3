// The status, and the interfaces of links.

#include <net/if.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "filter/objects/maps.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin.hpp"
#include "support/filter/link_fixture.hpp"
#include "support/maps.hpp"

namespace mapctl::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FilterReport : public FilterLinks {};

TEST_F(FilterReport, FindsAnInterfaceThatGotAnotherName) {
  const VethPair veth;
  load({"f0"});
  ASSERT_EQ(shell("ip link set f1 name spare && ip link set f0 name f1"), 0);
  EXPECT_EQ(filter_status(bpffs).links.at(0).interface, "f1");
  EXPECT_TRUE(load({"f1"}).at(0).replaced);
  EXPECT_THAT(filter_unload({"f1"}, bpffs), IsEmpty());
  EXPECT_EQ(program_on("f1"), 0U);
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats"));
}

TEST_F(FilterReport, TellsARenamedInterfaceFromTheOneThatGotItsName) {
  const VethPair veth;
  load({"f0"});
  ASSERT_EQ(shell("ip link set f0 name renamed && ip link set f1 name f0"), 0);
  EXPECT_THAT(filter_unload({"f0"}, bpffs), ElementsAre("f0"));
  EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("it filters renamed"));
  EXPECT_NE(program_on("renamed"), 0U);
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), SizeIs(3));
}

TEST_F(FilterReport, TellsNetworkNamespacesApartWhereTheNumbersAreTheSame) {
  const VethPair veth;
  load({"f0"});
  const OtherNamespace other;
  const std::string index = std::to_string(if_nametoindex("f0"));
  ASSERT_EQ(other.shell("ip link add f0 index " + index + " type veth peer name f1"), 0);
  other.inside([] {
    EXPECT_THAT(filter_unload({"f0"}, bpffs), ElementsAre("f0"));
    EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("of another network namespace"));
  });
  EXPECT_NE(program_on("f0"), 0U);
}

TEST_F(FilterReport, TellsWhatWasSeen) {
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
  EXPECT_EQ(status.links[0].uses_pinned_map, true);
}

TEST_F(FilterReport, IsEmptyBeforeTheFilterIsLoaded) {
  const FilterStatus status = filter_status(bpffs);
  EXPECT_EQ(status.map_id, 0U);
  EXPECT_EQ(status.rules, 0U);
  EXPECT_EQ(status.default_action, "pass");
  EXPECT_THAT(status.links, IsEmpty());
}

TEST_F(FilterReport, TellsWhichProgramUsesTheRules) {
  const VethPair veth;
  load({"f0"});
  const std::int64_t now = std::time(nullptr);
  const FilterStatus status = filter_status(bpffs);
  const ProgramInfo program = status.links.at(0).program.value();
  EXPECT_EQ(program.name, "mapctl_filter");
  EXPECT_THAT(program.tag, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_GT(program.loaded, now - 600);
  EXPECT_LE(program.loaded, now + 1);
  EXPECT_EQ(status.programs, 1U);
  const std::vector<ProgramInfo> all = programs();
  const auto info = std::ranges::find(all, status.links[0].program_id, &ProgramInfo::id);
  ASSERT_NE(info, all.end());
  EXPECT_EQ(program_flag(*info, "explains"), false);
  EXPECT_EQ(program_flag(*info, "no_such_flag"), std::nullopt);
  EXPECT_THAT(status.cpus, SizeIs(possible_cpus().size()));
  filter_unload({"f0"}, bpffs);
  // The kernel frees a program only after a while.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (filter_status(bpffs).programs != 0U && std::chrono::steady_clock::now() < patience)
    continue;
  EXPECT_EQ(filter_status(bpffs).programs, 0U);
}

TEST_F(FilterReport, TellsWhoseCountersItCannotSee) {
  const VethPair veth;
  load({"f0"});
  EXPECT_EQ(filter_status(bpffs).links.at(0).uses_pinned_statistics, true);
  unpin(bpffs / "filter_stats");
  EXPECT_EQ(filter_status(bpffs).statistics_id, 0U);
  EXPECT_EQ(filter_status(bpffs).links.at(0).uses_pinned_statistics, false);
  load({"f1"});
  const std::vector<FilterLink> links = filter_interfaces(bpffs);
  EXPECT_EQ(links.at(0).uses_pinned_statistics, false);
  EXPECT_EQ(links.at(1).uses_pinned_statistics, true);
}

TEST_F(FilterReport, CountsRulesThatNeitherDropNorPass) {
  const VethPair veth;
  load({"f0"});
  RuleMap().put({{"10.0.0.0/8", "drop"}, {"10.0.0.1", "action=7"}, {"default", "pass"}});
  EXPECT_EQ(filter_status(bpffs).rules, 3U);
  EXPECT_EQ(filter_status(bpffs).bad_rules, 1U);
}

TEST_F(FilterReport, NamesTheProgramsThatAreNotItsOwn) {
  const VethPair veth;
  const VethPair second("g0", "g1");
  load({"f0"});
  EXPECT_THAT(foreign_programs(bpffs), IsEmpty());
  attach_foreign("g0");
  const std::vector<XdpProgram> foreign = foreign_programs(bpffs);
  ASSERT_THAT(foreign, SizeIs(1));
  EXPECT_EQ(foreign[0].interface, "g0");
  EXPECT_EQ(foreign[0].mode, XdpMode::native);
  EXPECT_EQ(foreign[0].id, program_on("g0"));
  EXPECT_EQ(foreign[0].name, "foreign_prog");
  EXPECT_EQ(foreign[0].filter, std::nullopt);
}

TEST_F(FilterReport, KnowsTheProgramsOfOtherFilters) {
  const VethPair veth;
  const FilterPins other(bpffs, "other");
  filter_load({"f0"}, {.pins = other, .mode = XdpMode::skb});
  const std::vector<XdpProgram> foreign = foreign_programs(bpffs);
  ASSERT_THAT(foreign, SizeIs(1));
  EXPECT_EQ(foreign[0].filter, "other");
  EXPECT_EQ(foreign[0].mode, XdpMode::skb);
  EXPECT_THAT(foreign_programs(other), IsEmpty());
  filter_unload({"f0"}, other, FilterRules::remove);
}

TEST_F(FilterReport, CallsNobodyElsesProgramAFilter) {
  const VethPair veth;
  pin_foreign("f0", bpffs / "other_link_tmp");
  EXPECT_EQ(foreign_programs(bpffs).at(0).name, "foreign_prog");
  EXPECT_EQ(foreign_programs(bpffs).at(0).filter, std::nullopt);
  unpin(bpffs / "other_link_tmp");
}

TEST_F(FilterReport, RefusesAnotherKindOfMap) {
  make_map(MapType::lpm_trie).pin(bpffs / "filter_map");
  EXPECT_THAT(message_of([] { filter_status(bpffs); }), HasSubstr("another kind of map"));
}

TEST_F(FilterReport, NamesNoInterfaceOfThisNamespaceForOneOfAnother) {
  const VethPair veth;
  load({"f0"});
  const OtherNamespace other;
  const std::string index = std::to_string(if_nametoindex("f0"));
  ASSERT_EQ(other.shell("ip link add a0 index " + index + " type veth peer name a1"), 0);
  other.inside([] {
    const FilterLink link = filter_status(bpffs).links.at(0);
    EXPECT_EQ(link.place, FilterPlace::other_namespace);
    EXPECT_EQ(link.interface, "f0");
    EXPECT_EQ(link.mode, std::nullopt);
    EXPECT_EQ(link.uses_pinned_map, true);
    EXPECT_THAT(message_of([] { purge(); }),
                HasSubstr("an interface of another network namespace is still filtered"));
  });
}

TEST_F(FilterReport, NeedsNoCapSysAdmin) {
  const VethPair veth;
  load({"f0"});
  const WithoutSysAdmin limited;
  const FilterLink link = filter_status(bpffs).links.at(0);
  EXPECT_EQ(link.interface, "f0");
  EXPECT_EQ(link.mode, XdpMode::native);
  EXPECT_EQ(link.program_id, program_on("f0"));
  EXPECT_EQ(link.uses_pinned_map, std::nullopt);
}

TEST_F(FilterReport, RefusesOtherStatistics) {
  make_map(MapType::hash).pin(bpffs / "filter_stats");
  EXPECT_THAT(message_of([] { filter_status(bpffs); }), HasSubstr("another kind of map"));
}

}  // namespace
}  // namespace mapctl::test
