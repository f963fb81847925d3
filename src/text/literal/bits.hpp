#pragma once
// Integers of 1 to 128 bits in and out of bytes.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "mapctl/bytes.hpp"

namespace mapctl {

__extension__ typedef unsigned __int128 Wide;

inline constexpr bool host_is_little = std::endian::native == std::endian::little;

inline std::uint8_t byte_at(ByteView bytes, std::size_t index) {
  return std::to_integer<std::uint8_t>(bytes[index]);
}

inline Wide load_big(ByteView bytes) {
  Wide value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<unsigned>(byte);
  return value;
}

inline void store_big(ByteSpan out, Wide value) {
  for (std::size_t i = out.size(); i-- > 0; value >>= 8) {
    out[i] = static_cast<std::byte>(static_cast<unsigned char>(value));
  }
}

/// Reads up to 16 bytes in host order.
inline Wide load_host(ByteView bytes) {
  if constexpr (!host_is_little) return load_big(bytes);
  Wide value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

inline void store_host(ByteSpan out, Wide value) {
  if constexpr (!host_is_little) return store_big(out, value);
  std::memcpy(out.data(), &value, out.size());
}

template <typename T>
T load_as(ByteView bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// The lowest `bits` bits, all of them for 128.
inline constexpr Wide mask(unsigned bits) { return bits >= 128 ? ~Wide{0} : (Wide{1} << bits) - 1; }

inline constexpr bool is_negative(Wide value, unsigned bits) {
  return bits > 0 && (value >> (bits - 1) & 1) != 0;
}

inline constexpr bool has_integer_size(std::size_t bytes) {
  return bytes <= 8 && std::has_single_bit(bytes);
}

/// Copies the sign bit of a `bits` wide number to all higher bits.
inline constexpr Wide sign_extend(Wide value, unsigned bits) {
  return is_negative(value, bits) ? value | ~mask(bits) : value & mask(bits);
}

/// Calls `visit(byte index, shift, bits)` for each byte that a bitfield touches,
/// in the order of BTF offsets: from the lowest bit on little-endian hosts, from
/// the highest on big-endian ones.
template <typename Visit>
void for_each_piece(std::uint32_t bit_offset, std::uint32_t bit_size, Visit visit) {
  for (std::uint32_t done = 0; done < bit_size;) {
    const std::uint32_t start = (bit_offset + done) % 8;
    const std::uint32_t take = std::min(8 - start, bit_size - done);
    visit((bit_offset + done) / 8, host_is_little ? start : 8 - start - take, take);
    done += take;
  }
}

inline Wide get_bits(ByteView bytes, std::uint32_t bit_offset, std::uint32_t bit_size) {
  Wide value = 0;
  std::uint32_t done = 0;
  for_each_piece(bit_offset, bit_size, [&](std::size_t at, unsigned shift, unsigned take) {
    const Wide piece = byte_at(bytes, at) >> shift & mask(take);
    value = host_is_little ? value | piece << done : value << take | piece;
    done += take;
  });
  return value;
}

inline void put_bits(ByteSpan bytes, std::uint32_t bit_offset, std::uint32_t bit_size, Wide value) {
  std::uint32_t done = 0;
  for_each_piece(bit_offset, bit_size, [&](std::size_t at, unsigned shift, unsigned take) {
    const unsigned from = host_is_little ? done : bit_size - done - take;
    const auto piece = static_cast<unsigned>(value >> from & mask(take));
    const auto keep = ~static_cast<unsigned>(mask(take) << shift);
    bytes[at] = static_cast<std::byte>((byte_at(bytes, at) & keep) | piece << shift);
    done += take;
  });
}

inline bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace mapctl
