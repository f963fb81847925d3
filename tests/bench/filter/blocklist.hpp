#pragma once
// Sources that are to be dropped, and sources that packets come from.

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace mapctl::bench {

enum class Family : std::uint8_t { ipv4 = 4, ipv6 = 6 };

/// In the order of the wire; of IPv4 the first four bytes.
using Address = std::array<std::uint8_t, 16>;

std::string text_of(Family family, const Address& address);

enum class Fate { hit, miss };

/// So many different prefixes of one length, with no pattern in them; the same ones in each run.
class Blocklist {
 public:
  Blocklist(Family family, std::size_t count, unsigned bits);

  Family family() const noexcept { return family_; }
  unsigned bits() const noexcept { return bits_; }
  const std::vector<Address>& prefixes() const noexcept { return prefixes_; }

  /// Addresses inside of prefixes, or of none.
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
