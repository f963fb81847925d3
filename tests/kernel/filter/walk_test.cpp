// The walk through the kernel's own trie, which is trusted only where it agrees with lookups.

#include <bpf/bpf.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/bpf.h>

#include "filter/load/filter_object.hpp"
#include "filter/objects/maps.hpp"
#include "mapctl/info.hpp"
#include "support/filter/filter_fixture.hpp"
#include "support/filter/packets.hpp"

namespace mapctl::test {
namespace {

/// True if the program walks through the trie.
std::optional<bool> walks(int program) {
  return program_flag(program_info(Fd(fcntl(program, F_DUPFD_CLOEXEC, 3))), "walks_trie");
}

std::uint32_t run(int program, const Bytes& packet) {
  bpf_test_run_opts options{};
  options.sz = sizeof options;
  options.data_in = packet.data();
  options.data_size_in = static_cast<std::uint32_t>(packet.size());
  EXPECT_EQ(bpf_prog_test_run_opts(program, &options), 0);
  return options.retval;
}

class FilterWalk : public LoadedFilter {};

TEST_F(FilterWalk, IsOnWhereItAgreesWithLookups) { EXPECT_EQ(walks(program()), true); }

class FilterWithoutWalk : public testing::Test {
 protected:
  ~FilterWithoutWalk() override { remove_filter(); }
};

TEST_F(FilterWithoutWalk, MatchesRulesOfServicesWhereTheWalkDisagrees) {
  const FilterObject filter({.pins = bpffs}, PacketBuffers::one, TrieWalk::wrong);
  RuleMap().put({{"tcp/22 from 10.0.0.0/8", "drop"}, {"udp from 10.0.0.0/8", "drop"}});

  EXPECT_EQ(walks(filter.fd()), false);
  EXPECT_EQ(run(filter.fd(), tcp_from("10.0.0.1", 22)), XDP_DROP);
  EXPECT_EQ(run(filter.fd(), udp_from("10.0.0.1", 53)), XDP_DROP);
  EXPECT_EQ(run(filter.fd(), tcp_from("10.0.0.1", 23)), XDP_PASS);
}

/// The verifier gives up after a million instructions, and an older one follows more ways.
TEST_F(FilterWithoutWalk, HasAProgramThatOlderVerifiersFinish) {
  const FilterObject filter(
      {.pins = bpffs, .destinations = true, .replies = true, .established = true},
      PacketBuffers::several);
  bpf_prog_info info{};
  std::uint32_t size = sizeof info;
  ASSERT_EQ(bpf_obj_get_info_by_fd(filter.fd(), &info, &size), 0);
  EXPECT_EQ(walks(filter.fd()), true);
  EXPECT_LT(info.verified_insns, 900'000U);
}

}  // namespace
}  // namespace mapctl::test
