// Rules that change while packets flow.

#include <gtest/gtest.h>

#include <numeric>

#include "support/filter/filter_fixture.hpp"
#include "support/filter/filter_model.hpp"
#include "support/filter/packets.hpp"
#include "support/filter/random_traffic.hpp"
#include "support/filter/traffic.hpp"
#include "support/rounds.hpp"

namespace mapctl::test {
namespace {

/// A network 10.1.1.0/24, given by its four bytes.
Network v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, int bits) {
  return {.family = 4, .address = {a, b, c, d}, .bits = bits};
}

/// Nested networks, each with services.
ModelRules nested_rules() {
  ModelRules rules{{}};
  for (const Network& network : {v4(0, 0, 0, 0, 0), v4(10, 0, 0, 0, 8), v4(10, 1, 0, 0, 16),
                                 v4(10, 1, 1, 0, 24), v4(10, 1, 1, 1, 32)})
    for (const Service& service : {Service{}, Service{protocol_tcp, 0}, Service{protocol_tcp, 22}})
      rules.push_back({.network = network, .service = service});
  return rules;
}

struct Change {
  ModelRule rule;
  bool erases = false;
};

class FilterUnderFire : public LoadedFilter {
 protected:
  void apply(const Change& change) {
    const filter_key key = key_of(change.rule);
    if (change.erases)
      map_.erase(bytes_of(key));
    else
      map_.put(bytes_of(key), bytes_of(filter_rule{.action = change.rule.action}));
  }

  FilterTotals counted_by(const ModelRule& rule) const {
    filter_rule value{};
    map_.get(bytes_of(key_of(rule)), writable_bytes_of(value));
    return {value.packets, value.bytes};
  }

  Map map_ = Map::open(bpffs / "filter_map");
};

/// Random changes, and the verdicts of packets under the rules before the first change and after
/// each one.
class Plan {
 public:
  explicit Plan(const std::vector<Bytes>& packets) : packets_(packets) { note(); }

  void add_random(Dice& dice) {
    const auto n = static_cast<std::size_t>(dice.below(static_cast<int>(all_.size())));
    ModelRule& rule = all_[n];
    rule.action = dice.one_in(2) ? FILTER_DROP : FILTER_PASS;
    changes_.push_back({rule, there_[n] && dice.one_in(2)});
    there_[n] = !changes_.back().erases;
    note();
  }

  const std::vector<Change>& changes() const { return changes_; }
  const std::vector<Expected>& expected() const { return expected_; }
  ModelRules rules() const {
    ModelRules present{fixed()};
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (there_[i]) present.push_back(all_[i]);
    return present;
  }

  /// This rule is always there.
  static ModelRule fixed() { return {.network = v4(192, 0, 2, 0, 24)}; }

 private:
  void note() {
    const ModelRules present = rules();
    Expected now;
    for (const Bytes& packet : packets_) now.push_back(judge(present, packet).drops());
    expected_.push_back(std::move(now));
  }

  const std::vector<Bytes>& packets_;
  ModelRules all_ = nested_rules();
  std::vector<bool> there_ = std::vector<bool>(all_.size());
  std::vector<Change> changes_;
  std::vector<Expected> expected_;
};

TEST_F(FilterUnderFire, GivesNoVerdictButThatOfTheOldRulesOrTheNew) {
  const std::vector<Bytes> packets = {tcp_from("192.0.2.1", 22), tcp_from("10.1.1.1", 22),
                                      tcp_from("10.1.1.1", 23),  udp_from("10.1.1.1", 22),
                                      tcp_from("10.1.1.2", 22),  tcp_from("10.1.2.1", 22),
                                      tcp_from("10.2.0.1", 80),  udp_from("11.0.0.1", 22)};
  Dice dice(1923);
  Plan plan(packets);
  for (int i = 0; i < rounds(20'000, 1000); ++i) plan.add_random(dice);
  apply({Plan::fixed()});
  const auto before = totals();
  Traffic traffic(packets, plan.expected(), [this](const Bytes& packet) { return drops(packet); });
  for (std::size_t i = 0; i < plan.changes().size(); ++i) {
    traffic.change([&] { apply(plan.changes()[i]); });
    if (i % 50 == 0) traffic.wait();
  }
  traffic.wait();
  const std::vector<std::uint64_t>& sent = traffic.stop();
  EXPECT_EQ(traffic.wrong(), 0U) << traffic.first_wrong();
  EXPECT_GT(traffic.judged(), packets.size());
  EXPECT_EQ(counted_by(Plan::fixed()).packets, sent[0]);
  EXPECT_EQ(counted_by(Plan::fixed()).bytes, sent[0] * packets[0].size());
  std::uint64_t counted = 0;
  const auto after = totals();
  for (std::size_t i = 0; i < after.size(); ++i) counted += after[i].packets - before[i].packets;
  EXPECT_EQ(counted, std::accumulate(sent.begin(), sent.end(), std::uint64_t{0}));
  for (const Bytes& packet : packets) EXPECT_EQ(drops(packet), judge(plan.rules(), packet).drops());
}

// A rule that is put again is a new entry for the program, which may have found the old one.
TEST_F(FilterUnderFire, DropsWhatARuleDropsThatIsPutOverAndOver) {
  const std::vector<Bytes> packets = {tcp_from("10.1.1.1", 22)};
  const ModelRule again{.network = v4(10, 1, 1, 0, 24)};
  const int changes = rounds(200'000, 2000);
  apply({{.network = v4(10, 0, 0, 0, 8), .service = {protocol_tcp, 0}, .action = FILTER_PASS}});
  apply({again});
  Traffic traffic(packets, std::vector<Expected>(static_cast<std::size_t>(changes) + 1, {true}),
                  [this](const Bytes& packet) { return drops(packet); });
  for (int i = 0; i < changes; ++i) traffic.change([&] { apply({again}); });
  traffic.stop();
  EXPECT_EQ(traffic.wrong(), 0U) << traffic.first_wrong();
  EXPECT_GT(traffic.judged(), 0U);
  EXPECT_TRUE(drops(packets[0]));
}

}  // namespace
}  // namespace mapctl::test
