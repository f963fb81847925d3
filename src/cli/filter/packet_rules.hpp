#pragma once
// What a filter's rules do with one packet: the longest prefix decides, among equals the more
// specific service, among these the source before the destination.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

/// A packet as far as rules look at it.
struct Packet {
  std::string source;
  std::string destination;
  std::string_view protocol = "tcp";
  unsigned port = 0;  ///< of the destination
};

/// The entry of a trie with the longest prefix that a key has, as Map::match.
using LongestMatch = std::function<std::optional<Match>(ByteView key)>;

/// Whether the program that reads the rules looks up destinations, too.
enum class Sides { source, both };

/// The rules that concern one packet.
class PacketRules {
 public:
  /// Nothing where a map has no rules that could drop it: keys are not rules, or not of this
  /// family of addresses, or values have no `drop`.
  static std::optional<PacketRules> of(const Schema& schema, const Packet& packet,
                                       Sides sides = Sides::source);

  Sides sides() const noexcept { return sides_; }

  bool concerns(ByteView key) const;
  bool drops(ByteView value) const;

  /// The rule that decides; nothing where none concerns the packet, which then passes.
  std::optional<Match> deciding(const LongestMatch& rules) const;
  /// Some rule that drops it, or would if others were gone.
  std::optional<Match> dropping(const LongestMatch& rules) const;

  /// What decides before all others: `tcp/22 from 192.0.2.7`.
  const std::string& strongest() const noexcept { return strongest_; }
  const Bytes& strongest_key() const noexcept { return keys_.back(); }

  /// The rule as `dump` prints it.
  std::string text(ByteView key) const;

 private:
  PacketRules() = default;
  unsigned strength(const Match& match) const;

  /// With the whole address. Of rules with prefixes of equal length, that of the last one decides.
  std::vector<Bytes> keys_;
  Sides sides_ = Sides::source;
  std::string strongest_;
  Layout key_type_;
  std::uint32_t service_bits_ = 0;
  std::uint32_t action_offset_ = 0;
  Bytes drop_;
};

/// Rules that are to be put or deleted.
class RuleChanges {
 public:
  void put(ByteView key, ByteView value);
  void erase(ByteView key);

  bool has(ByteView key) const { return rules_.contains(canonical(key)); }
  bool empty() const noexcept { return rules_.empty(); }

  /// The entry that the key would find in those with the changes made.
  std::optional<Match> longest(ByteView key, const LongestMatch& before) const;

 private:
  static Bytes canonical(ByteView key);

  std::map<Bytes, std::optional<Bytes>> rules_;  ///< nothing: to be deleted
};

}  // namespace mapctl::cli
