#pragma once
// Packets that a filter has to pass after a change, whatever the change says.

#include <string>
#include <vector>

#include "cli/filter/packet_rules.hpp"
#include "cli/naming/target.hpp"

namespace mapctl::cli {

/// Receives what is about to be written to the rules of a filter.
class MustPass {
 public:
  /// The packets are described as for `filter test`. Throws Failed if one is not, and if the map
  /// has no rules that could drop it. The target must outlive it.
  MustPass(const Target& target, const std::vector<std::string>& packets);

  bool is_needed() const noexcept { return !packets_.empty(); }
  void put(ByteView key, ByteView value);
  void erase(ByteView key);
  /// Throws Failed if the rules would drop one of the packets after the announced changes.
  void check() const;

 private:
  struct Required {
    std::string text;
    PacketRules rules;
  };

  bool concerns(ByteView key) const;

  const Target& target_;
  std::vector<Required> packets_;
  RuleChanges changes_{};
};

}  // namespace mapctl::cli
