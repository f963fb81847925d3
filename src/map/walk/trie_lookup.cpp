#include <algorithm>
#include <bit>
#include <cerrno>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>

#include <fmt/format.h>

#include "map/map_error.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/map.hpp"

// Finds exactly one prefix of an LPM trie, although lookups find the longest match.

namespace mapctl {
namespace {

constexpr std::size_t prefix_bytes = sizeof(std::uint32_t);

/// The number of leading bits that the two addresses share.
std::uint32_t shared_bits(ByteView a, ByteView b) {
  std::uint32_t bits = 0;
  for (std::size_t i = prefix_bytes; i < a.size(); ++i) {
    const auto difference = static_cast<std::uint8_t>(a[i] ^ b[i]);
    bits += static_cast<std::uint32_t>(std::countl_zero(difference));
    if (difference != 0) return bits;
  }
  return bits;
}

bool bit_at(ByteView key, std::uint32_t index) {
  const auto byte = static_cast<std::uint8_t>(key[prefix_bytes + index / 8]);
  return ((byte >> (7 - index % 8)) & 1) != 0;
}

/// The order in which the kernel walks a trie: the prefixes inside a prefix come before it, 0
/// before 1. It depends on the keys alone. Host bits, which the kernel stores, do not count.
std::strong_ordering order(ByteView a, ByteView b) {
  const std::uint32_t shared = shared_bits(a, b);
  if (shared < std::min(index_of(a), index_of(b))) return bit_at(a, shared) <=> bit_at(b, shared);
  return index_of(b) <=> index_of(a);
}

/// True if no key is at or before this one, so that it is absent.
bool begins_after(const Map& map, ByteView key) {
  const std::optional<Bytes> first = map.next_key();
  return !first || order(*first, key) > 0;
}

/// The kernel answers an absent key with the first key of all. So if there is a key before this
/// one, an answer after it (or none, for the last one) means that this key is present.
bool is_followed(const Map& map, ByteView key) {
  const std::optional<Bytes> next = map.next_key(key);
  return !next || order(*next, key) > 0;
}

/// The key, shortened to that many bits.
Bytes prefix_of(ByteView key, std::uint32_t bits) {
  Bytes prefix(key.begin(), key.end());
  std::memcpy(prefix.data(), &bits, sizeof bits);
  clear_host_bits(prefix);
  return prefix;
}

/// Returns whether get_exact() is right about every absent key.
bool knows_absent_keys() { return running_kernel() >= KernelVersion{6, 13}; }

/// The lengths of the prefixes that may win, the longest first.
std::vector<std::uint32_t> candidates(const Map& map, ByteView key) {
  std::vector<std::uint32_t> lengths;
  if (knows_absent_keys()) {
    for (std::uint32_t bits = index_of(key) + 1; bits-- > 0;) lengths.push_back(bits);
    return lengths;
  }
  MapReader reader(map, MapReader::Wanted::keys);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i) {
      const std::uint32_t bits = index_of(chunk->key(i));
      if (bits <= std::min(index_of(key), shared_bits(chunk->key(i), key))) lengths.push_back(bits);
    }
  std::ranges::sort(lengths, std::greater{});
  return lengths;
}

}  // namespace

void clear_host_bits(ByteSpan key) {
  const std::uint32_t bits = index_of(key);
  for (std::size_t i = prefix_bytes + bits / 8; i < key.size(); ++i) {
    const std::size_t before = (i - prefix_bytes) * 8;
    const std::size_t kept = bits > before ? std::min<std::size_t>(bits - before, 8) : 0;
    key[i] &= static_cast<std::byte>(0xff00U >> kept);
  }
}

// Every "no" is certain. The value is read between two checks, because the lookup answers with a
// shorter prefix once the entry is gone; only an entry that leaves and comes back between the
// checks looks the same as one that stayed. Kernels before the fix of trie_get_next_key() of late
// 2024 can mistake an absent key for one of equal length in its place.
std::optional<Bytes> Map::get_exact(ByteView key, Locking locking) const {
  std::optional<Bytes> value = get(key, locking);
  if (!value || info_.type != MapType::lpm_trie) return value;
  if (begins_after(*this, key) || !is_followed(*this, key)) return std::nullopt;
  value = get(key, locking);
  if (!is_followed(*this, key) || begins_after(*this, key)) return std::nullopt;
  return value;
}

// The kernel returns only a value. A prefix is returned only with its own value; if none is found
// although there is a value, others have changed the trie meanwhile.
std::optional<Match> Map::match(ByteView key, Locking locking) const {
  constexpr int most_tries = 10;
  if (info_.type != MapType::lpm_trie)
    throw BadInput(fmt::format("only an LPM trie is asked for a match, not {}", label()));
  for (int tries = 0; tries < most_tries; ++tries) {
    if (!get(key, locking)) return std::nullopt;
    for (const std::uint32_t bits : candidates(*this, key)) {
      Bytes prefix = prefix_of(key, bits);
      if (std::optional<Bytes> value = get_exact(prefix, locking))
        return Match{std::move(prefix), *std::move(value)};
    }
  }
  throw map_error({info_, fd(), Operation::lookup, key}, EBUSY);
}

}  // namespace mapctl
