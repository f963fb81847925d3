// The filter against a plain reading of its semantics, over random rules and packets.

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <tuple>

#include "filter_fixture.hpp"
#include "packets.hpp"

namespace mapctl::test {
namespace {

using Address = std::array<std::uint8_t, 16>;

struct Service {
  std::uint8_t protocol = 0;  ///< 0: any
  std::uint16_t port = 0;     ///< 0: any
  auto operator<=>(const Service&) const = default;
};

struct Source {
  int family = AF_INET;
  Address address{};
  auto operator<=>(const Source&) const = default;
};

struct Prefix {
  Source source;
  int bits = 0;
  auto operator<=>(const Prefix&) const = default;
};

struct RuleSet {
  std::map<std::tuple<Service, Prefix>, bool> drops;
  std::optional<bool> default_drops;
};

std::string text(const Source& source) {
  char buffer[INET6_ADDRSTRLEN] = {};
  inet_ntop(source.family, source.address.data(), buffer, sizeof buffer);
  return buffer;
}

std::string text(const Service& service, const Prefix& prefix) {
  const std::string source = text(prefix.source) + '/' + std::to_string(prefix.bits);
  if (service.protocol == 0) return source;
  std::string result = service.protocol == protocol_tcp ? "tcp" : "udp";
  if (service.port != 0) result += '/' + std::to_string(service.port);
  return result + " from " + source;
}

std::string text(const RuleSet& rules) {
  std::ostringstream out;
  if (rules.default_drops) out << "default=" << (*rules.default_drops ? "drop" : "pass") << '\n';
  for (const auto& [match, drop] : rules.drops)
    out << text(std::get<0>(match), std::get<1>(match)) << '=' << (drop ? "drop" : "pass") << '\n';
  return out.str();
}

bool bit(const Address& address, int index) {
  return (address[static_cast<std::size_t>(index) / 8] >> (7 - index % 8) & 1) != 0;
}

bool contains(const Prefix& prefix, const Source& source) {
  if (prefix.source.family != source.family) return false;
  for (int i = 0; i < prefix.bits; ++i)
    if (bit(prefix.source.address, i) != bit(source.address, i)) return false;
  return true;
}

bool contains(const Service& rule, const Service& packet) {
  return (rule.protocol == 0 || rule.protocol == packet.protocol) &&
         (rule.port == 0 || rule.port == packet.port);
}

int specificity(const Service& service) { return (service.protocol != 0) + (service.port != 0); }

bool oracle_drops(const RuleSet& rules, const Service& service, const Source& source) {
  bool drop = rules.default_drops.value_or(false);
  std::pair<int, int> best{-1, -1};
  for (const auto& [match, drops] : rules.drops) {
    const auto& [rule_service, prefix] = match;
    if (!contains(rule_service, service) || !contains(prefix, source)) continue;
    const std::pair rank{prefix.bits, specificity(rule_service)};
    if (rank <= best) continue;
    best = rank;
    drop = drops;
  }
  return drop;
}

/// Few addresses and services, so that rules overlap.
class Dice {
 public:
  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(engine_); }
  bool coin() { return below(2) == 0; }

  Source source() {
    Source result{.family = coin() ? AF_INET : AF_INET6};
    const std::size_t size = result.family == AF_INET ? 4 : 16;
    result.address[0] = 32;
    for (const std::size_t at : {std::size_t{1}, size / 2, size - 1})
      result.address[at] = static_cast<std::uint8_t>(below(2) * 128 + below(2));
    return result;
  }

  Prefix prefix() {
    Prefix result{.source = source()};
    const int size = result.source.family == AF_INET ? 32 : 128;
    const int lengths[] = {0, 1, 8, 9, size / 2 - 1, size / 2, size / 2 + 1, size - 1, size};
    result.bits = lengths[below(std::size(lengths))];
    for (int i = result.bits; i < size; ++i)
      result.source.address[static_cast<std::size_t>(i) / 8] &=
          static_cast<std::uint8_t>(~(0x80 >> i % 8));
    return result;
  }

  Service packet_service() {
    return {coin() ? protocol_tcp : protocol_udp, static_cast<std::uint16_t>(22 + below(2))};
  }

  Service rule_service() {
    const Service service = packet_service();
    const int wildcards = below(3);
    if (wildcards == 2) return {};
    return wildcards == 1 ? Service{service.protocol, 0} : service;
  }

  RuleSet rules() {
    RuleSet result;
    if (coin()) result.default_drops = coin();
    for (int i = below(20); i > 0; --i) result.drops[{rule_service(), prefix()}] = coin();
    return result;
  }

 private:
  std::mt19937 engine_{20230817};
};

class FilterOracle : public LoadedFilter {
 protected:
  void install(const RuleSet& set) {
    rules.clear();
    if (set.default_drops) rules.put("default", *set.default_drops ? "drop" : "pass");
    for (const auto& [match, drop] : set.drops)
      rules.put(text(std::get<0>(match), std::get<1>(match)), drop ? "drop" : "pass");
  }
};

TEST_F(FilterOracle, AgreesOnRandomRulesAndPackets) {
  Dice dice;
  int dropped = 0;
  for (int set = 0; set < 300; ++set) {
    const RuleSet random = dice.rules();
    install(random);
    for (int i = 0; i < 30; ++i) {
      const Service service = dice.packet_service();
      const Source source = dice.source();
      const bool expected = oracle_drops(random, service, source);
      const Bytes packet = service.protocol == protocol_tcp ? tcp_from(text(source), service.port)
                                                            : udp_from(text(source), service.port);
      ASSERT_EQ(drops(packet), expected)
          << text(service, {source, source.family == AF_INET ? 32 : 128}) << " under\n"
          << text(random);
      dropped += expected;
    }
  }
  EXPECT_GT(dropped, 2000);
  EXPECT_LT(dropped, 7000);
}

}  // namespace
}  // namespace mapctl::test
