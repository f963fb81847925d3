// Unloading the filter from all named interfaces or from none.

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/pin.hpp"
#include "support/filter/link_fixture.hpp"
#include "support/maps.hpp"

namespace mapctl::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FilterUnload : public FilterLinks {};

TEST_F(FilterUnload, KeepsTheRules) {
  const Peer peer;
  load({"f0"});
  RuleMap().put("10.77.0.2", "drop");
  EXPECT_THAT(filter_unload({"f0"}, bpffs), IsEmpty());
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_TRUE(peer.pings());
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats"));
  EXPECT_EQ(filter_status(bpffs).rules, 1U);
  EXPECT_THAT(filter_unload({"f0"}, bpffs), ElementsAre("f0"));
}

TEST_F(FilterUnload, PurgesOnlyWhenNothingIsFiltered) {
  const VethPair veth;
  load({"f0", "f1"});
  filter_unload({"f1"}, bpffs);
  const auto refusal = error_of([] { purge(); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::busy);
  EXPECT_THAT(refusal->what(), HasSubstr("f0 is still filtered"));
  EXPECT_THAT(pins(), SizeIs(3));
  filter_unload({"f0"}, bpffs);
  purge();
  EXPECT_THAT(pins(), IsEmpty());
  purge();
}

TEST_F(FilterUnload, PurgesNothingThatOthersHavePinned) {
  const VethPair veth;
  load({"f0"});
  for (const char* pin : {"filter_map", "filter_stats"}) {
    std::filesystem::rename(bpffs / pin, bpffs / "filter_spare");
    make_map(MapType::hash).pin(bpffs / pin);
    EXPECT_EQ(cause_of([] { filter_unload({"f0"}, bpffs, FilterRules::remove); }), Cause::exists);
    EXPECT_EQ(cause_of([] { filter_unload_all(bpffs, FilterRules::remove); }), Cause::exists);
    EXPECT_NE(program_on("f0"), 0U);
    EXPECT_THAT(pins(), SizeIs(4));
    unpin(bpffs / pin);
    std::filesystem::rename(bpffs / "filter_spare", bpffs / pin);
  }
}

TEST_F(FilterUnload, PurgesTheLinksOfDevicesThatAreGone) {
  {
    const VethPair veth;
    load({"f0"});
  }
  purge();
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterUnload, DoesNothingWhereOneOfThemIsNotFiltered) {
  const VethPair veth;
  load({"f0"});
  EXPECT_THAT(filter_unload({"f0", "f1"}, bpffs), ElementsAre("f1"));
  EXPECT_EQ(cause_of([] { filter_unload({"f0", "nosuch"}, bpffs); }), Cause::not_found);
  EXPECT_NE(program_on("f0"), 0U);
}

TEST_F(FilterUnload, DoesNothingWhereTheRulesAreInUseElsewhere) {
  const VethPair veth;
  load({"f0", "f1"});
  EXPECT_EQ(cause_of([] { filter_unload({"f0"}, bpffs, FilterRules::remove); }), Cause::busy);
  EXPECT_NE(program_on("f0"), 0U);
  EXPECT_THAT(filter_unload({"f0", "f1", "f0"}, bpffs, FilterRules::remove), IsEmpty());
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterUnload, TellsWhatItDidBeforeItWasStopped) {
  const VethPair veth;
  load({"f0", "f1"});
  for (const char* pin : {"filter_link_f0", "filter_link_f1"})
    ASSERT_EQ(chmod((bpffs / pin).c_str(), 0666), 0);
  ASSERT_EQ(chown((bpffs / "filter_link_f0").c_str(), 65534, 65534), 0);
  ASSERT_EQ(seteuid(65534), 0);
  const auto refusal = error_of([] { filter_unload({"f0", "f1"}, bpffs); });
  ASSERT_EQ(seteuid(0), 0);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->details().done, 1U);
  EXPECT_THAT(refusal->details().why, HasSubstr("the filter was unloaded from f0 before"));
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_NE(program_on("f1"), 0U);
}

TEST_F(FilterUnload, FindsItsLinksWithASlashAfterTheDirectory) {
  const VethPair veth;
  const std::filesystem::path directory = bpffs.string() + "/";
  filter_load({"f0"}, {.pins = directory});
  EXPECT_THAT(filter_status(directory).links, SizeIs(1));
  EXPECT_EQ(cause_of([&] { filter_unload({}, directory, FilterRules::remove); }), Cause::busy);
  EXPECT_THAT(filter_unload({"f0"}, directory), IsEmpty());
  EXPECT_EQ(program_on("f0"), 0U);
}

TEST_F(FilterUnload, RemovesWhatAnEarlierDeviceOfTheNameLeft) {
  {
    const VethPair veth;
    load({"f0"});
  }
  const VethPair again;
  EXPECT_THAT(filter_unload({"f0"}, bpffs), IsEmpty());
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats"));
}

}  // namespace
}  // namespace mapctl::test
