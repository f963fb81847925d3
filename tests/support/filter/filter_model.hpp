#pragma once
// What the filter should do, written down a second time and without its tricks: rules and the
// bytes of a packet in, the verdict and the rule that decided out.

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
  std::uint8_t protocol = 0;  ///< 0: any
  std::uint16_t port = 0;     ///< 0: any
  auto operator<=>(const Service&) const = default;
};

/// Which of a packet's addresses a rule is about.
enum class Direction { from, to };

struct Network {
  int family = 4;
  Address address{};  ///< an IPv4 address is the first four bytes
  int bits = 0;       ///< the address's after them are 0
  auto operator<=>(const Network&) const = default;
};

struct ModelRule {
  std::optional<Network> network{};  ///< nullopt: the default rule
  Direction direction = Direction::from;
  Service service{};
  filter_action action = FILTER_DROP;  ///< 0: neither
};

using ModelRules = std::vector<ModelRule>;

/// What becomes of a packet.
struct Judgement {
  FilterVerdict verdict = FilterVerdict::pass_default;
  std::optional<std::size_t> rule{};  ///< the one that decided, by its place among the rules

  bool drops() const;
};

/// The longest network decides; among equals the more specific service; then the source before
/// the destination. No two rules may be about the very same packets.
Judgement judge(const ModelRules& rules, ByteView packet);

filter_key key_of(const ModelRule& rule);

/// As users write rules, a line each.
std::string text(const ModelRules& rules);
std::string text(const ModelRule& rule);

/// In hex, as a failed test shows it.
std::string text(ByteView packet);

}  // namespace mapctl::test
