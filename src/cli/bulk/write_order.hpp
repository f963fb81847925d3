#pragma once
// The order of writes, chosen so that a concurrent lookup sees the old answer or the new one, never
// a mixture.

#include <cstdint>
#include <optional>

#include "mapctl/bytes.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

/// Entries of higher rank are put first and deleted last.
///
/// In an LPM trie the rank follows the match that wins: the longer prefix, then the entry with more
/// conditions in front of the address, then that with the lower first byte (the filter's sources
/// before its destinations). In other maps no entry hides another; there, values that say `pass`
/// rank highest if their action can be pass or drop, because they cut off least.
class WriteOrder {
 public:
  WriteOrder(const Map& map, const Schema& schema);

  std::uint32_t rank(ByteView key, ByteView value) const;

  /// Returns true if ranks differ at all.
  bool matters() const noexcept { return is_trie_ || pass_; }
  /// Returns true if entries hide others, so that a writer has to wait_for_readers() between ranks.
  bool hides() const noexcept { return is_trie_; }

 private:
  bool is_trie_;
  std::size_t address_offset_;
  std::optional<Bytes> pass_{};  ///< the bytes at action_offset_ that mean `pass`
  std::uint32_t action_offset_ = 0;
};

/// Returns when all programs that are running now have ended. The lookups of one packet then see
/// only the entries from before the call or only those written after it, not a mixture.
void wait_for_readers();

}  // namespace mapctl::cli
