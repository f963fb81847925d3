// The steps of a load: what it replaces, what it holds, and what is left if it is not kept.

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <net/if.h>
#include <sys/file.h>

#include <atomic>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "filter/objects/interface.hpp"
#include "mapctl/pin.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/schema.hpp"
#include "support/filter/link_fixture.hpp"
#include "support/filter/packets.hpp"
#include "support/maps.hpp"

namespace mapctl::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto replace = ForeignPrograms::replace;

class FilterLoading : public FilterLinks {};

/// A host that sends without a pause while this object lives.
class Traffic {
 public:
  explicit Traffic(const Peer& peer) {
    int socket_there = -1;
    peer.inside([&] { socket_there = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); });
    socket_ = Fd(socket_there);
    thread_ = std::thread([this] { send(); });
    while (sent_ == 0) std::this_thread::yield();
  }
  ~Traffic() {
    ends_ = true;
    thread_.join();
  }
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  /// Waits until that many more packets are on their way.
  void wait_for(int packets) const {
    const int until = sent_ + packets;
    while (sent_ < until) std::this_thread::yield();
  }

 private:
  void send() {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    inet_pton(AF_INET, "10.77.0.1", &to.sin_addr);
    while (!ends_) {
      sendto(socket_.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
      ++sent_;
      std::this_thread::yield();
    }
  }

  Fd socket_;
  std::atomic<bool> ends_ = false;
  std::atomic<int> sent_ = 0;
  std::thread thread_;
};

std::uint64_t seen(FilterVerdict verdict) {
  return filter_status(bpffs).totals[static_cast<std::size_t>(verdict)].packets;
}

void put_default(Map& rules, const std::string& action) {
  const Schema schema = schema_of(rules);
  Bytes key(rules.info().key_size);
  Bytes value(rules.info().value_size);
  encode(schema.key, "default", key);
  encode(schema.value, action, value);
  rules.put(key, value);
}

TEST_F(FilterLoading, NeverRunsWithoutTheRulesThatWerePutBefore) {
  const Peer peer;
  ASSERT_TRUE(peer.pings());
  const Traffic traffic(peer);
  FilterLoad load({"f0"}, {.pins = bpffs});
  EXPECT_TRUE(load.made_rules());
  EXPECT_EQ(program_on("f0"), 0U);
  put_default(load.rules(), "drop");
  load.attach();
  load.keep();
  while (seen(FilterVerdict::drop_default) == 0) traffic.wait_for(1);
  EXPECT_EQ(seen(FilterVerdict::pass_default), 0U);
}

TEST_F(FilterLoading, IsTakenBackUnlessItIsKept) {
  const VethPair veth;
  {
    FilterLoad load({"f0"}, {.pins = bpffs});
    load.attach();
    EXPECT_NE(program_on("f0"), 0U);
    EXPECT_THAT(pins(), ElementsAre("filter_link_f0", "filter_map", "filter_stats"));
  }
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterLoading, CountsAnInterfaceOnce) {
  const VethPair veth;
  EXPECT_THAT(load({"f0", "f0"}), testing::SizeIs(1));
}

TEST_F(FilterLoading, TakesThePlaceOfAForeignProgramWhereItIsAskedTo) {
  const VethPair veth;
  attach_foreign("f0");
  const std::uint32_t foreign = program_on("f0");
  const Attached attached = filter_load({"f0"}, {.pins = bpffs, .foreign = replace}).at(0);
  ASSERT_TRUE(attached.foreign);
  EXPECT_EQ(attached.foreign->id, foreign);
  EXPECT_EQ(attached.foreign->name, "foreign_prog");
  EXPECT_FALSE(attached.replaced);
  EXPECT_EQ(program_on("f0"), filter_status(bpffs).links.at(0).program_id);
}

TEST_F(FilterLoading, PutsAForeignProgramBackWhenItIsNotKept) {
  const VethPair veth;
  attach_foreign("f0");
  const std::uint32_t foreign = program_on("f0");
  {
    FilterLoad load({"f0"}, {.pins = bpffs, .foreign = replace});
    load.attach();
    EXPECT_NE(program_on("f0"), foreign);
  }
  EXPECT_EQ(program_on("f0"), foreign);
}

TEST_F(FilterLoading, PutsAForeignProgramBackWhereItsOwnIsRefused) {
  attach_foreign("lo");
  const std::uint32_t foreign = program_on("lo");
  EXPECT_EQ(cause_of([] {
              filter_load({"lo"}, {.pins = bpffs, .mode = XdpMode::native, .foreign = replace});
            }),
            Cause::unsupported);
  EXPECT_EQ(program_on("lo"), foreign);
  EXPECT_THAT(pins(), IsEmpty());
  EXPECT_EQ(shell("ip link set lo xdpgeneric off"), 0);
}

TEST_F(FilterLoading, LeavesAProgramThatCameSinceItLooked) {
  const VethPair veth;
  attach_foreign("f0");
  FilterLoad load({"f0"}, {.pins = bpffs, .foreign = replace});
  attach_foreign("f0");
  const std::uint32_t other = program_on("f0");
  const auto refusal = error_of([&] { load.attach(); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::exists);
  EXPECT_THAT(refusal->what(), HasSubstr("it changed meanwhile"));
  EXPECT_EQ(program_on("f0"), other);
}

TEST_F(FilterLoading, DoesNotTakeAPinForAFiltersByItsName) {
  const VethPair veth;
  pin_foreign("f0", bpffs / "other_link_tmp");
  const auto refusal = error_of([] { filter_load({"f0"}, {.pins = bpffs}); });
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->details().fix.at(0).text, HasSubstr("bpftool link detach id"));
  unpin(bpffs / "other_link_tmp");
}

TEST_F(FilterLoading, NamesTheLinkThatHoldsAForeignProgram) {
  const VethPair veth;
  filter_load({"f0"}, {.pins = {bpffs, "other"}});
  const std::uint32_t foreign = program_on("f0");
  const auto refusal = error_of([] { filter_load({"f0"}, {.pins = bpffs, .foreign = replace}); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::exists);
  EXPECT_THAT(refusal->what(), HasSubstr("'mapctl_filter'"));
  EXPECT_THAT(refusal->details().why, HasSubstr("pinned at /sys/fs/bpf/other_link_f0,"));
  EXPECT_EQ(refusal->details().fix.at(0).action, Remedy::unload_filter);
  EXPECT_THAT(refusal->details().fix.at(0).about, testing::ElementsAre("f0", "other"));
  EXPECT_EQ(program_on("f0"), foreign);
  filter_unload({"f0"}, {bpffs, "other"}, FilterRules::remove);
}

TEST_F(FilterLoading, HoldsWhatIsNotKeptYetByTheProcessAlone) {
  const VethPair veth;
  load({"f0"});
  FilterLoad load({"f0", "f1"}, {.pins = bpffs});
  EXPECT_FALSE(load.made_rules());
  load.hold();
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats"));
  load.attach();
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats"));
  load.keep();
  EXPECT_THAT(pins(),
              ElementsAre("filter_link_f0", "filter_link_f1", "filter_map", "filter_stats"));
}

TEST_F(FilterLoading, PinsAgainWhatItHeldWhenItFails) {
  const VethPair veth;
  load({"f0"});
  const std::uint32_t older = program_on("f0");
  {
    FilterLoad load({"f0", "f1"}, {.pins = bpffs});
    load.hold();
    attach_foreign("f1");
    EXPECT_EQ(cause_of([&] { load.attach(); }), Cause::exists);
  }
  EXPECT_EQ(program_on("f0"), older);
  EXPECT_THAT(pins(), ElementsAre("filter_link_f0", "filter_map", "filter_stats"));
}

TEST_F(FilterLoading, BringsTheOlderProgramBackUnlessItIsKept) {
  const VethPair veth;
  load({"f0", "f1"});
  const std::uint32_t first = program_on("f0"), second = program_on("f1");
  {
    FilterLoad load({"f0", "f1"}, {.pins = bpffs});
    load.attach();
    EXPECT_NE(program_on("f0"), first);
    EXPECT_NE(program_on("f1"), second);
  }
  EXPECT_EQ(program_on("f0"), first);
  EXPECT_EQ(program_on("f1"), second);
}

TEST_F(FilterLoading, ReplacesTheOnlyProgramAlsoWhereItCannotBeOpened) {
  const VethPair veth;
  load({"f0"});
  const std::uint32_t older = program_on("f0");
  const WithoutSysAdmin rights;
  FilterLoad load({"f0"}, {.pins = bpffs});
  EXPECT_FALSE(load.is_reload()) << "nobody knows";
  load.attach();
  load.keep();
  EXPECT_NE(program_on("f0"), older);
}

TEST_F(FilterLoading, IsAReloadOnlyOfProgramsWithTheSameRules) {
  const VethPair veth;
  load({"f0"});
  EXPECT_TRUE(FilterLoad({"f0"}, {.pins = bpffs}).is_reload());
  EXPECT_FALSE(FilterLoad({"f0", "f1"}, {.pins = bpffs}).is_reload());
  unpin(bpffs / "filter_map");
  filter_load({"f1"}, {.pins = {bpffs, "other"}});
  Map::open(bpffs / "other_map").pin(bpffs / "filter_map");
  EXPECT_FALSE(FilterLoad({"f0"}, {.pins = bpffs}).is_reload());
  filter_unload({"f1"}, {bpffs, "other"}, FilterRules::remove);
}

TEST_F(FilterLoading, PutsNoEmptyMapInPlaceOfOneThatIsStillUsed) {
  const VethPair veth;
  load({"f0"});
  const std::uint32_t older = program_on("f0");
  const std::string id = std::to_string(Map::open(bpffs / "filter_map").info().id);
  unpin(bpffs / "filter_map");
  for (const char* interface : {"f0", "f1"}) {
    const auto refusal = error_of([&] { load({interface}); });
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->cause(), Cause::exists);
    EXPECT_THAT(refusal->details().why, HasSubstr("map id " + id));
    EXPECT_EQ(refusal->details().fix.at(0).action, Remedy::pin_map);
    EXPECT_THAT(refusal->details().fix.at(0).about,
                testing::ElementsAre("id:" + id, "/sys/fs/bpf/filter_map"));
  }
  EXPECT_EQ(program_on("f0"), older);
  EXPECT_EQ(filter_status(bpffs).links.at(0).map_id, std::stoul(id));
  filter_unload({"f0"}, bpffs);
  load({"f0"});
}

TEST_F(FilterLoading, DetachesAlsoWhereItRanBefore) {
  const VethPair veth;
  load({"f0"});
  FilterLoad load({"f0"}, {.pins = bpffs});
  load.hold();
  load.attach();
  load.detach();
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats"));
}

TEST_F(FilterLoading, LeavesNoPinsOfItsOwnWhenItDetaches) {
  const VethPair veth;
  {
    FilterLoad load({"f0"}, {.pins = bpffs});
    load.hold();
    load.attach();
    load.detach();
  }
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterLoading, LeavesRulesThatAnotherInterfaceUsesByNow) {
  const VethPair veth;
  {
    FilterLoad held({"f0"}, {.pins = bpffs});
    held.hold();
    held.attach();
    load({"f1"});
    held.detach();
  }
  EXPECT_THAT(pins(), ElementsAre("filter_link_f1", "filter_map", "filter_stats"));
}

TEST_F(FilterLoading, DoesNotKeepAFilterWhoseRulesWereRemoved) {
  const VethPair veth;
  FilterLoad load({"f0"}, {.pins = bpffs});
  load.hold();
  load.attach();
  purge();
  EXPECT_EQ(cause_of([&] { load.keep(); }), Cause::busy);
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), IsEmpty());
}

TEST_F(FilterLoading, SaysThatItCannotGoBackToAProgramItCouldNotOpen) {
  const VethPair veth;
  load({"f0"});
  const WithoutSysAdmin rights;
  FilterLoad load({"f0"}, {.pins = bpffs});
  load.attach();
  unpin(bpffs / "filter_map");
  const auto refusal = error_of([&] { load.keep(); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::busy);
  EXPECT_THAT(refusal->details().why,
              HasSubstr("and then: cannot go back to the older program on f0: permission denied: "
                        "opening it needs CAP_SYS_ADMIN"));
}

TEST_F(FilterLoading, DoesNotWaitForTheLockLongerThanItIsTold) {
  const VethPair veth;
  FilterLoad load({"f0"}, {.pins = bpffs, .keep_waiting = [](pid_t) { return false; }});
  load.hold();
  load.attach();
  const Fd other(::open(bpffs.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  EXPECT_EQ(cause_of([&] { load.keep(); }), Cause::busy);
  EXPECT_EQ(program_on("f0"), 0U);
  EXPECT_THAT(pins(), ElementsAre("filter_map", "filter_stats")) << "the other may use them";
}

TEST_F(FilterLoading, DoesNotKeepAFilterWhoseInterfaceWasRemoved) {
  const VethPair stays("f2", "f3");
  for (const bool holds : {true, false}) {
    std::optional<VethPair> veth(std::in_place);
    {
      FilterLoad load({"f0", "f2"}, {.pins = bpffs});
      if (holds) load.hold();
      load.attach();
      veth.reset();
      EXPECT_EQ(cause_of([&] { load.keep(); }), Cause::not_found);
    }
    EXPECT_EQ(program_on("f2"), 0U);
    EXPECT_THAT(pins(), IsEmpty());
  }
}

/// A failure to undo is reported beside the first error.
TEST_F(FilterLoading, TellsWhatItCouldNotPutBack) {
  const VethPair veth;
  load({"f0"});
  FilterLoad load({"f0", "f1"}, {.pins = bpffs});
  load.hold();
  Map::open(bpffs / "filter_map").pin(bpffs / "filter_link_f0");
  attach_foreign("f1");
  const auto refusal = error_of([&] { load.attach(); });
  ASSERT_TRUE(refusal);
  EXPECT_THAT(refusal->details().why, HasSubstr("cannot pin the filter's link"));
  unpin(bpffs / "filter_link_f0");
}

class JumboFrames : public FilterLinks, public testing::WithParamInterface<XdpMode> {};

TEST_P(JumboFrames, PassAndAreCountedWhole) {
  const Peer peer;
  ASSERT_EQ(shell("ip link set f0 mtu 9000"), 0);
  ASSERT_EQ(peer.shell("ip link set f1 mtu 9000"), 0);
  filter_load({"f0"}, {.pins = bpffs, .mode = GetParam()});
  EXPECT_EQ(filter_status(bpffs).links.at(0).mode, GetParam());
  RuleMap rules;
  rules.put({{"default", "drop"}, {"icmp from 10.77.0.2", "pass"}});
  EXPECT_EQ(peer.shell("ping -c1 -w10 -M do -s 8900 10.77.0.1 >/dev/null"), 0);
  const FilterTotals counted = rules.counted("icmp from 10.77.0.2");
  EXPECT_EQ(counted.bytes, counted.packets * (14 + 20 + 8 + 8900));
}

INSTANTIATE_TEST_SUITE_P(Mode, JumboFrames, testing::Values(XdpMode::native, XdpMode::skb),
                         [](const auto& tested) { return std::string{name(tested.param)}; });

TEST_F(FilterLoading, HasMapsThatTheKernelKnowsByItsName) {
  const VethPair veth;
  const FilterPins web(bpffs, "web"), longer(bpffs, "customers_in_the_lab");
  filter_load({"f0"}, {.pins = web, .max_entries = 7});
  filter_load({"f1"}, {.pins = longer});
  const Map rules = Map::open(web.rules());
  EXPECT_EQ(rules.info().name, "web_map");
  EXPECT_EQ(rules.info().max_entries, 7U);
  EXPECT_EQ(Map::open(web.statistics()).info().name, "web_stats");
  EXPECT_EQ(Map::open(longer.rules()).info().name, "customers_in_th");
  Map own = Map::open(web.rules());
  put_default(own, "drop");
  EXPECT_EQ(filter_status(web).default_action, "drop");
  EXPECT_EQ(filter_status(longer).default_action, "pass");
  filter_unload_all(web, FilterRules::remove);
  filter_unload_all(longer, FilterRules::remove);
}

TEST_F(FilterLoading, IsUnloadedFromAllInterfacesOfThisNamespace) {
  const VethPair veth;
  const OtherNamespace other;
  load({"f0"});
  other.inside([] { load({"lo"}); });
  const auto refusal = error_of([] { filter_unload_all(bpffs, FilterRules::remove); });
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->cause(), Cause::busy);
  EXPECT_NE(program_on("f0"), 0U);
  const FilterUnloaded unloaded = filter_unload_all(bpffs);
  EXPECT_THAT(unloaded.interfaces, ElementsAre("f0"));
  EXPECT_THAT(unloaded.elsewhere, ElementsAre("lo"));
  EXPECT_EQ(program_on("f0"), 0U);
  other.inside([] { EXPECT_THAT(filter_unload_all(bpffs).interfaces, ElementsAre("lo")); });
}

TEST_F(FilterLoading, IsUnloadedFromDevicesThatAreGone) {
  {
    const VethPair veth;
    load({"f0"});
  }
  EXPECT_THAT(filter_unload_all(bpffs, FilterRules::remove).interfaces, ElementsAre("f0"));
  EXPECT_THAT(pins(), IsEmpty());
  EXPECT_THAT(filter_unload_all(bpffs).interfaces, IsEmpty());
}

/// Gives the loopback interface another MTU while this object lives.
class LoopbackMtu {
 public:
  explicit LoopbackMtu(int mtu) { set(mtu); }
  ~LoopbackMtu() { set(65536); }
  LoopbackMtu(const LoopbackMtu&) = delete;
  LoopbackMtu& operator=(const LoopbackMtu&) = delete;

 private:
  static void set(int mtu) { EXPECT_EQ(shell("ip link set lo mtu " + std::to_string(mtu)), 0); }
};

TEST_F(FilterLoading, ExpectsLargePacketsWhereTheyCanCome) {
  EXPECT_TRUE(has_large_packets("lo")) << "by its MTU";
  const VethPair pair;
  EXPECT_TRUE(has_large_packets(pair.name())) << "from its other end";
  const LoopbackMtu ordinary(1500);
  EXPECT_FALSE(has_large_packets("lo"));
}

TEST_F(FilterLoading, CountsThePacketsOfOneBufferWhole) {
  const LoopbackMtu ordinary(1500);
  filter_load({"lo"}, {.pins = bpffs});
  RuleMap().put("10.0.0.0/8", "drop");
  const Bytes packet = tcp_from("10.0.0.1", 80);
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = packet.data();
  options.data_size_in = static_cast<__u32>(packet.size());
  const Fd program(bpf_prog_get_fd_by_id(program_on("lo")));
  ASSERT_EQ(bpf_prog_test_run_opts(program.get(), &options), 0);
  EXPECT_EQ(options.retval, 1U);
  EXPECT_EQ(RuleMap().counted("10.0.0.0/8").bytes, packet.size());
  filter_unload({"lo"}, bpffs);
}

}  // namespace
}  // namespace mapctl::test
