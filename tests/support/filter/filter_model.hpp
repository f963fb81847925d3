#pragma once
// The expected behaviour of the filter, implemented a second time and without its tricks. The input
// is rules and the bytes of a packet; the result is the verdict and the rule that decided.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "filter.h"
#include "mapctl/bytes.hpp"
#include "mapctl/filter/verdict.hpp"

namespace mapctl::test {

using Address = std::array<std::uint8_t, 16>;

struct Service {
  std::uint8_t protocol = 0;  ///< 0: any protocol
  std::uint16_t port = 0;     ///< 0: any port
  auto operator<=>(const Service&) const = default;
};

/// The address of a packet that a rule matches.
enum class Direction { from, to };

struct Network {
  int family = 4;
  Address address{};  ///< an IPv4 address uses the first four bytes
  int bits = 0;       ///< the bits of the address after these are 0
  auto operator<=>(const Network&) const = default;
};

struct ModelRule {
  std::optional<Network> network{};  ///< nullopt: the default rule
  Direction direction = Direction::from;
  Service service{};
  filter_action action = FILTER_DROP;  ///< 0: neither drop nor pass
  std::uint32_t expires = 0;           ///< as in filter_rule
};

using ModelRules = std::vector<ModelRule>;

/// The outcome for a packet.
struct Judgement {
  FilterVerdict verdict = FilterVerdict::pass_default;
  std::optional<std::size_t> rule{};  ///< the index of the rule that decided

  bool drops() const;
};

/// The longest network decides; among equals the more specific service; then the source before the
/// destination. Rules that have ended do not exist. No two rules may match exactly the same
/// packets.
Judgement judge(const ModelRules& rules, ByteView packet);

filter_key key_of(const ModelRule& rule);

/// The rules as users write them, one on each line.
std::string text(const ModelRules& rules);
std::string text(const ModelRule& rule);

/// The bytes in hex, as a failed test prints them.
std::string text(ByteView packet);

}  // namespace mapctl::test
