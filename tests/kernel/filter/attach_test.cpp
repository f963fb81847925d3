// Loads the filter on interfaces and sends real packets through it.

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "filter.h"
#include "mapctl/pin.hpp"
#include "mapctl/text/flags_text.hpp"
#include "support/filter/link_fixture.hpp"
#include "support/maps.hpp"

namespace mapctl::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FilterAttach : public FilterLinks {};

/// The exit code of a child; its exceptions must not continue into its copy of the tests.
template <typename Call>
int exit_code_of(Call call) {
  try {
    call();
    return 0;
  } catch (...) {
    return 1;
  }
}

class FilterInMode : public FilterAttach, public testing::WithParamInterface<XdpMode> {};

TEST_P(FilterInMode, DropsPingsWhileARuleSaysSo) {
  const Peer peer;
  EXPECT_TRUE(peer.pings());
  filter_load({peer.interface()}, {.pins = bpffs, .mode = GetParam()});
  EXPECT_EQ(filter_status(bpffs).links.at(0).mode, GetParam());
  RuleMap rules;
  EXPECT_TRUE(peer.pings());
  rules.put("10.77.0.0/24", "drop");
  EXPECT_TRUE(peer.is_ignored());
  EXPECT_EQ(rules.counted("10.77.0.0/24").packets, 1U);
  rules.erase("10.77.0.0/24");
  EXPECT_TRUE(peer.pings());
}

TEST_P(FilterInMode, LetsTheNeighboursBeFoundUnderADefaultOfDrop) {
  const Peer peer;
  filter_load({peer.interface()}, {.pins = bpffs, .mode = GetParam()});
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
  EXPECT_EQ(cause_of([] { filter_load({"lo"}, {.pins = bpffs, .mode = XdpMode::native}); }),
            Cause::exists);
  filter_unload({"lo"}, bpffs);
  EXPECT_EQ(cause_of([] { filter_load({"lo"}, {.pins = bpffs, .mode = XdpMode::native}); }),
            Cause::unsupported);
}

TEST_F(FilterAttach, FallsBackToSkbModeWhereTheQueuesAreTooFew) {
  const char* narrow = "numrxqueues 1 numtxqueues 1";
  const char* wide = "numrxqueues 4 numtxqueues 4";
  ASSERT_EQ(shell(fmt::format("ip link add f0 {} type veth peer name f1 {}", narrow, wide)), 0);
  const Attached attached = load({"f0"}).at(0);
  EXPECT_EQ(attached.mode, XdpMode::skb);
  EXPECT_EQ(attached.native_refusal, "it has too few queues for native mode");
}

TEST_F(FilterAttach, OutlivesTheProcessThatLoadedIt) {
  const Peer peer;
  const pid_t loader = fork();
  if (loader == 0) {
    _exit(exit_code_of([&] {
      load({peer.interface()});
      RuleMap().put("10.77.0.2", "drop");
    }));
  }
  int status = -1;
  ASSERT_EQ(waitpid(loader, &status, 0), loader);
  ASSERT_EQ(status, 0);
  EXPECT_THAT(pins(), ElementsAre("filter_link_f0", "filter_map", "filter_stats"));
  EXPECT_NE(program_on(peer.interface()), 0U);
  EXPECT_TRUE(peer.is_ignored());
}

TEST_F(FilterAttach, IsReplacedWithItsRulesAndCountersKept) {
  const Peer peer;
  load({"f0"});
  RuleMap().put("10.77.0.2", "drop");
  EXPECT_TRUE(peer.is_ignored());
  const FilterStatus before = filter_status(bpffs);
  EXPECT_TRUE(load({"f0"}).at(0).replaced);
  const FilterStatus after = filter_status(bpffs);
  EXPECT_EQ(after.map_id, before.map_id);
  EXPECT_EQ(after.links.at(0).link_id, before.links.at(0).link_id);
  EXPECT_NE(after.links.at(0).program_id, before.links.at(0).program_id);
  EXPECT_EQ(program_on("f0"), after.links.at(0).program_id);
  EXPECT_EQ(RuleMap().counted("10.77.0.2").packets, 1U);
  EXPECT_TRUE(peer.is_ignored());
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
  EXPECT_THAT(pins(), ElementsAre("filter_link_f0", "filter_map", "filter_stats"));
}

TEST_F(FilterAttach, ReplacesNothingThatItCouldNotGoBackTo) {
  const VethPair veth;
  load({"f0", "f1"});
  const std::uint32_t older = program_on("f0");
  const WithoutSysAdmin limited;
  const auto refusal = error_of([] { load({"f0", "f1"}); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::permission);
  EXPECT_THAT(refusal->what(), HasSubstr("CAP_SYS_ADMIN"));
  EXPECT_EQ(program_on("f0"), older);
}

TEST_F(FilterAttach, NeedsNoCapSysAdminToReplaceOne) {
  const VethPair veth;
  load({"f1"});
  const std::uint32_t older = program_on("f1");
  const WithoutSysAdmin limited;
  const std::vector<Attached> attached = load({"f1", "f0"});
  EXPECT_TRUE(attached.at(0).replaced);
  EXPECT_FALSE(attached.at(1).replaced);
  EXPECT_NE(program_on("f1"), older);
}

TEST_F(FilterAttach, NamesTheCapabilitiesThatItNeedsAndNoMore) {
  ASSERT_EQ(seteuid(65534), 0);
  const auto refusal = error_of([] { load({"lo"}); });
  ASSERT_EQ(seteuid(0), 0);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::permission);
  EXPECT_THAT(refusal->what(), HasSubstr("needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN"));
  EXPECT_EQ(refusal->details().why, "") << "libbpf's own words are of its first attempt";
}

TEST_F(FilterAttach, CopesWithADotInTheNameOfAnInterface) {
  const VethPair veth("a.1", "b.1");
  load({"a.1"});
  EXPECT_EQ(filter_status(bpffs).links.at(0).interface, "a.1");
  EXPECT_TRUE(load({"a.1"}).at(0).replaced);
  EXPECT_THAT(filter_unload({"a.1"}, bpffs), IsEmpty());
  EXPECT_EQ(program_on("a.1"), 0U);
}

TEST_F(FilterAttach, RefusesAnotherKindOfMapAndSaysWhatDiffers) {
  const VethPair veth;
  make_map(MapType::hash).pin(bpffs / "filter_map");
  EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("it is of type hash"));
  unpin(bpffs / "filter_map");
  make_map(MapType::lpm_trie).pin(bpffs / "filter_map");
  EXPECT_THAT(message_of([] { load({"f0"}); }), HasSubstr("its keys are 8 bytes, not 28"));
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), ElementsAre("filter_map"));
}

/// Pins maps as a filter had them whose rules could not end, with a verdict less.
void pin_older_maps() {
  Map rules = Map::create({.type = MapType::lpm_trie,
                           .key_size = sizeof(filter_key),
                           .value_size = 24,
                           .max_entries = 100,
                           .flags = parse_flags("no_prealloc")});
  Bytes rule(24);
  rule[0] = std::byte{FILTER_DROP};
  rule[8] = std::byte{5};   // packets
  rule[16] = std::byte{6};  // bytes
  rules.put(bytes_of(filter_key{}), rule);
  rules.pin(bpffs / "filter_map");
  Map statistics = Map::create({.type = MapType::percpu_array,
                                .key_size = 4,
                                .value_size = sizeof(FilterTotals),
                                .max_entries = filter_verdict_count - 1});
  Bytes totals(statistics.value_bytes());
  totals[0] = std::byte{7};
  statistics.put(bytes_of(FILTER_FRAGMENT), totals);
  statistics.pin(bpffs / "filter_stats");
}

TEST_F(FilterAttach, TakesOverMapsOfAnOlderVersion) {
  const VethPair veth;
  pin_older_maps();
  load({"f0"});
  const filter_rule rule = as<filter_rule>(RuleMap().raw("default")).value();
  EXPECT_EQ(rule.action, FILTER_DROP);
  EXPECT_EQ(rule.expires, 0U);
  EXPECT_EQ(rule.packets, 5U);
  EXPECT_EQ(rule.bytes, 6U);
  EXPECT_EQ(filter_status(bpffs).max_entries, 100U);
  EXPECT_EQ(filter_status(bpffs).totals[FILTER_FRAGMENT].packets, 7U);
}

TEST_F(FilterAttach, PutsMapsOfAnOlderVersionBackIfItIsNotKept) {
  const VethPair veth;
  pin_older_maps();
  {
    FilterLoad load({"f0"}, {.pins = bpffs});
    EXPECT_EQ(load.taken_over(), 1U);
    EXPECT_FALSE(load.made_rules());
    load.attach();
  }
  EXPECT_EQ(Map::open(bpffs / "filter_map").info().value_size, 24U);
  EXPECT_EQ(Map::open(bpffs / "filter_stats").info().max_entries, filter_verdict_count - 1);
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats"));
}

TEST_F(FilterAttach, MakesAMapOfTheWantedSizeAndKeepsThatOfAnOldOne) {
  const VethPair veth;
  filter_load({"f0"}, {.pins = bpffs, .max_entries = 100});
  EXPECT_EQ(filter_status(bpffs).max_entries, 100U);
  load({"f0", "f1"});
  EXPECT_EQ(filter_status(bpffs).max_entries, 100U);
}

TEST_F(FilterAttach, RefusesAnotherSizeThanTheMapHas) {
  const VethPair veth;
  filter_load({"f0"}, {.pins = bpffs, .max_entries = 100});
  const std::uint32_t older = program_on("f0");
  const auto refusal = error_of([] {
    filter_load({"f0", "f1"}, {.pins = bpffs, .max_entries = 200});
  });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::invalid);
  EXPECT_THAT(refusal->what(), HasSubstr("it holds at most 100 rules, not 200"));
  EXPECT_EQ(program_on("f0"), older);
  EXPECT_EQ(program_on("f1"), 0U);
  filter_load({"f0", "f1"}, {.pins = bpffs, .max_entries = 100});
}

TEST_F(FilterAttach, ReplacesTheLinkOfADeviceThatIsGone) {
  {
    const VethPair veth;
    load({"f0"});
  }
  const FilterLink gone = filter_status(bpffs).links.at(0);
  EXPECT_EQ(gone.place, FilterPlace::gone);
  EXPECT_EQ(gone.interface, "f0");
  EXPECT_EQ(gone.mode, std::nullopt);
  EXPECT_EQ(gone.uses_pinned_map, false);
  const VethPair again;
  EXPECT_FALSE(load({"f0"}).at(0).replaced);
  const FilterStatus status = filter_status(bpffs);
  ASSERT_THAT(status.links, SizeIs(1));
  EXPECT_EQ(status.links[0].place, FilterPlace::here);
  EXPECT_EQ(program_on("f0"), status.links[0].program_id);
}

TEST_F(FilterAttach, NeedsABpffs) {
  EXPECT_EQ(cause_of([] { filter_load({"lo"}, {.pins = {"/tmp"}}); }), Cause::not_bpffs);
}

}  // namespace
}  // namespace mapctl::test
