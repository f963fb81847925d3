#pragma once
// Sources to be dropped, and sources of packets.

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace mapctl::bench {

enum class Family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

/// The bytes in network order; IPv4 uses the first four.
using Address = std::array<std::uint8_t, 16>;

std::string text_of(Family family, const Address& address);

enum class Fate { hit, miss };

/// That many different prefixes of one length, without a pattern; each run has the same ones.
class Blocklist {
 public:
  Blocklist(Family family, std::size_t count, unsigned bits);

  Family family() const noexcept { return family_; }
  unsigned bits() const noexcept { return bits_; }
  const std::vector<Address>& prefixes() const noexcept { return prefixes_; }

  /// Addresses inside prefixes, or outside all.
  std::vector<Address> sources(Fate fate, std::size_t count);

 private:
  Address any_source();
  Address prefix_of(Address address) const;

  Family family_;
  unsigned bits_;
  std::mt19937_64 random_;
  std::vector<Address> prefixes_;
  std::set<Address> known_;
};

}  // namespace mapctl::bench
