// Compares the filter with a plain model of its semantics, over random rules and packets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mapctl/batch.hpp"
#include "support/filter/filter_fixture.hpp"
#include "support/filter/filter_model.hpp"
#include "support/filter/random_traffic.hpp"
#include "support/rounds.hpp"

namespace mapctl::test {
namespace {

using Totals = std::array<FilterTotals, filter_verdict_count>;

void add(FilterTotals& sum, const Bytes& packet) {
  ++sum.packets;
  sum.bytes += packet.size();
}

class FilterOracle : public LoadedFilter {
 protected:
  explicit FilterOracle(Lookups lookups = Lookups::sources) : LoadedFilter(lookups) {}

  void install(ModelRules wanted) {
    erase_batch(map_, keys_, installed_.size());
    installed_ = std::move(wanted);
    keys_.clear();
    Bytes values;
    for (const ModelRule& rule : installed_) {
      append_bytes(keys_, bytes_of(key_of(rule)));
      append_bytes(values, bytes_of(filter_rule{.action = rule.action, .expires = rule.expires}));
    }
    put_batch(map_, keys_, values, installed_.size());
    counted_.assign(installed_.size(), {});
    expected_ = totals();
  }

  /// Sends the packet; if the program disagrees with the model, the test fails and this returns
  /// false.
  bool agrees_on(const Bytes& packet) {
    const Judgement wanted = judge(installed_, packet);
    add(expected_[static_cast<std::size_t>(wanted.verdict)], packet);
    if (wanted.rule) add(counted_[*wanted.rule], packet);
    ++times_[static_cast<std::size_t>(wanted.verdict)];
    if (drops(packet) == wanted.drops()) return true;
    ADD_FAILURE() << "the model says " << name(wanted.verdict) << " of " << text(packet)
                  << " under\n"
                  << text(installed_);
    return false;
  }

  /// True if exactly the expected counters changed.
  bool agrees_on_counters() const {
    bool same = true;
    const Totals seen = totals();
    for (std::size_t i = 0; i < seen.size(); ++i)
      same &= is(seen[i], expected_[i], std::string{name(static_cast<FilterVerdict>(i))});
    for (std::size_t i = 0; i < installed_.size(); ++i)
      same &= is(counted_by(installed_[i]), counted_[i], text(installed_[i]));
    return same;
  }

  std::string packets_and_rules(const std::vector<Bytes>& packets) const {
    std::string lines = "under\n" + text(installed_);
    for (const Bytes& packet : packets)
      lines += std::string{name(judge(installed_, packet).verdict)} + ": " + text(packet) + '\n';
    return lines;
  }

  void expect_agreement(int sets, Dice dice, bool with_destinations) {
    constexpr int packets_a_set = 8;
    for (int set = 0; set < sets; ++set) {
      install(dice.rules(with_destinations));
      std::vector<Bytes> packets;
      for (int i = 0; i < packets_a_set; ++i) {
        packets.push_back(dice.packet());
        ASSERT_TRUE(agrees_on(packets.back())) << "set " << set;
      }
      ASSERT_TRUE(agrees_on_counters()) << "set " << set << ' ' << packets_and_rules(packets);
    }
    // Which packets are replies depends on sockets: FilterReplies tests them.
    times_[static_cast<std::size_t>(FilterVerdict::pass_reply)] = sets;
    EXPECT_THAT(times_, testing::Each(testing::Gt(sets / 100))) << "every verdict, and often";
  }

  std::array<int, filter_verdict_count> times_{};  ///< how often each verdict was right

 private:
  /// The rule exists, so the longest match is the rule itself.
  FilterTotals counted_by(const ModelRule& rule) const {
    filter_rule value{};
    map_.get(bytes_of(key_of(rule)), writable_bytes_of(value));
    return {value.packets, value.bytes};
  }

  static bool is(const FilterTotals& seen, const FilterTotals& wanted, const std::string& what) {
    EXPECT_EQ(seen.packets, wanted.packets) << what;
    EXPECT_EQ(seen.bytes, wanted.bytes) << what;
    return seen.packets == wanted.packets && seen.bytes == wanted.bytes;
  }

  Map map_ = Map::open(bpffs / "filter_map");
  Bytes keys_;
  ModelRules installed_;
  std::vector<FilterTotals> counted_;
  Totals expected_{};
};

TEST_F(FilterOracle, AgreesOnRandomRulesAndPackets) {
  expect_agreement(rounds(10'000, 500), Dice(20230817), false);
}

class FilterOracleOfBoth : public FilterOracle {
 protected:
  FilterOracleOfBoth() : FilterOracle(Lookups::both) {}
};

TEST_F(FilterOracleOfBoth, AgreesOnRulesOfEitherDirection) {
  expect_agreement(rounds(2'000, 200), Dice(1066), true);
}

TEST_F(FilterOracle, AgreesOnNoiseAndOnDamagedPackets) {
  const int sets = rounds(200, 20);
  Dice dice(791);
  for (int set = 0; set < sets; ++set) {
    install(dice.rules());
    std::vector<Bytes> packets;
    for (int i = 0; i < 100; ++i) {
      packets.push_back(dice.one_in(2) ? dice.noise(14 + static_cast<std::size_t>(dice.below(51)))
                                       : dice.damaged(dice.packet()));
      ASSERT_TRUE(agrees_on(packets.back())) << "set " << set;
    }
    ASSERT_TRUE(agrees_on_counters()) << "set " << set << ' ' << packets_and_rules(packets);
  }
}

}  // namespace
}  // namespace mapctl::test
