#pragma once
// Finds what a filter's rules do with one packet: the longest prefix decides; among equal ones the
// more specific service, then the source before the destination.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"
#include "text/codec/end.hpp"

namespace mapctl::cli {

/// The field of a filter's values that decides whether packets are dropped.
struct VerdictField {
  const Layout* type;  ///< an enumeration with `drop`; part of the given layout
  std::uint32_t offset;
};

/// Finds the value itself or its first member that can be `drop`; nothing if there is none.
std::optional<VerdictField> find_action(const Layout& value);

bool has_word(const Layout& enumeration, std::string_view word);

/// The parts of a packet that rules look at.
struct Packet {
  std::string source;
  std::string destination;
  std::string_view protocol = "tcp";
  unsigned port = 0;  ///< destination port
};

/// Finds the entry of a trie with the longest prefix of a key, like Map::match.
using LongestMatch = std::function<std::optional<Match>(ByteView key)>;

/// The moment for which rules are asked; a rule that has ended does not exist.
enum class Moment { now, after_all_ends };

/// The addresses that the program looks up in the rules.
enum class Sides { source, both };

/// The rules that concern one packet.
class PacketRules {
 public:
  /// Returns nothing if the map has no rules that could drop the packet: keys are not rules, or not
  /// of its address family, or values have no `drop`.
  static std::optional<PacketRules> of(const Schema& schema, const Packet& packet,
                                       Sides sides = Sides::source);

  Sides sides() const noexcept { return sides_; }

  bool concerns(ByteView key) const;
  bool drops(ByteView value) const;

  bool has_end(ByteView value) const { return end_ && end_->get(value) != 0; }
  /// `2026-12-01T08:00:00Z`, or `never`.
  std::string end_text(ByteView value) const { return end_->text(value); }

  /// The rule that decides; nothing if no rule concerns the packet, which then passes.
  std::optional<Match> deciding(const LongestMatch& rules, Moment moment = Moment::now) const;
  /// Returns a rule that drops it, or would drop it without the other rules.
  std::optional<Match> dropping(const LongestMatch& rules) const;

  /// The rule that overrides all others, such as `tcp/22 from 192.0.2.7`.
  const std::string& strongest() const noexcept { return strongest_; }
  const Bytes& strongest_key() const noexcept { return keys_.back(); }

  /// The rule as `dump` prints it.
  std::string text(ByteView key) const;

 private:
  PacketRules() = default;
  unsigned strength(const Match& match) const;
  bool exists(ByteView value, Moment moment) const;

  /// Keys with the whole address. If matched prefixes are equally long, the last key decides.
  std::vector<Bytes> keys_;
  Sides sides_ = Sides::source;
  std::string strongest_;
  Layout key_type_;
  std::uint32_t service_bits_ = 0;
  std::uint32_t action_offset_ = 0;
  Bytes drop_;
  std::optional<End> end_{};
};

/// Rules to put or delete.
class RuleChanges {
 public:
  void put(ByteView key, ByteView value);
  void erase(ByteView key);

  bool has(ByteView key) const { return rules_.contains(canonical(key)); }
  bool empty() const noexcept { return rules_.empty(); }

  /// The longest match for the key in `before` with the changes applied.
  std::optional<Match> longest(ByteView key, const LongestMatch& before) const;

 private:
  static Bytes canonical(ByteView key);

  std::map<Bytes, std::optional<Bytes>> rules_;  ///< without a value: to be deleted
};

}  // namespace mapctl::cli
