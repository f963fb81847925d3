#pragma once
// Drops by nft at an interface, before the rest of the network stack.

#include <cstdint>
#include <string>

#include "blocklist.hpp"
#include "launcher.hpp"

namespace mapctl::bench {

/// A set in a chain of netdev's ingress hook. For networks the set has intervals, for hosts it is a
/// hash.
class NftSet {
 public:
  NftSet(const Launcher& launcher, const std::string& interface, const Blocklist& blocked);
  ~NftSet();
  NftSet(const NftSet&) = delete;
  NftSet& operator=(const NftSet&) = delete;

  /// The number of packets that it dropped.
  std::uint64_t dropped() const;

 private:
  const Launcher& launcher_;
};

}  // namespace mapctl::bench
