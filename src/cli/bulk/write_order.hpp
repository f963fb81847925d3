#pragma once
// The order in which entries are written, so that those who look meanwhile find what they found
// before or what they will find after, and nothing else.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mapctl/bytes.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

/// Entries of higher rank are put first and deleted last.
///
/// In an LPM trie that is what wins where several entries match: the longer prefix, then the one
/// that asks for more in front of the address, then that of the lower first byte (the filter's
/// sources before its destinations). Elsewhere no entry hides another, and values that say `pass`,
/// where their action can be pass or drop, cut off least.
class WriteOrder {
 public:
  WriteOrder(const Map& map, const Schema& schema);

  std::uint32_t rank(ByteView key, ByteView value) const;

  /// Whether ranks differ at all.
  bool matters() const noexcept { return is_trie_ || pass_; }
  /// Whether entries hide others, so that between two ranks one has to wait_for_readers().
  bool hides() const noexcept { return is_trie_; }

 private:
  bool is_trie_;
  std::size_t address_offset_;
  std::optional<Bytes> pass_{};  ///< what values that say it have at action_offset_
  std::uint32_t action_offset_ = 0;
};

/// Returns when all programs that run now have ended. A lookup, or several of them for one packet,
/// then meets what was written before or what is written from now on, not some of both.
void wait_for_readers();

/// The places 0, 1, … of what has these ranks, from the lowest on; equals stay as they are.
std::vector<std::uint32_t> by_rank(std::span<const std::uint32_t> ranks);

}  // namespace mapctl::cli
