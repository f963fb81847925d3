#pragma once
// What nft drops at an interface, before the rest of the network stack.

#include <cstdint>
#include <string>

#include "blocklist.hpp"
#include "launcher.hpp"

namespace mapctl::bench {

/// A set in a chain of netdev's ingress hook. Of networks it is one of intervals, of hosts a hash.
class NftSet {
 public:
  NftSet(const Launcher& launcher, const std::string& interface, const Blocklist& blocked);
  ~NftSet();
  NftSet(const NftSet&) = delete;
  NftSet& operator=(const NftSet&) = delete;

  /// The packets that it dropped.
  std::uint64_t dropped() const;

 private:
  const Launcher& launcher_;
};

}  // namespace mapctl::bench
