#include "text/codec/prefix.hpp"

#include <algorithm>

#include "text/literal/bits.hpp"

namespace mapctl {

unsigned bits_before_address(const PrefixShape& shape) { return (shape.address_offset - 4) * 8; }

unsigned load_field(const Field& field, ByteView key) {
  const ByteView bytes = key.subspan(field.offset, field.size);
  return static_cast<unsigned>(field.is_big_endian ? load_big(bytes) : load_host(bytes));
}

void store_field(const Field& field, unsigned value, ByteSpan key) {
  const ByteSpan bytes = key.subspan(field.offset, field.size);
  field.is_big_endian ? store_big(bytes, value) : store_host(bytes, value);
}

std::uint32_t prefix_length(ByteView key) { return load_as<std::uint32_t>(key.first(4)); }

void store_prefix_length(std::uint32_t length, ByteSpan key) { store_host(key.first(4), length); }

bool takes_destinations(const PrefixShape& shape) {
  return shape.rule && shape.family && shape.family_is_ip_version;
}

unsigned family_in(const PrefixShape& shape, ByteView key) {
  const unsigned family = load_field(*shape.family, key);
  return shape.family_is_ip_version ? family & ~destination_bit : family;
}

namespace {

/// 4 and 6 are IP versions; AF_INET is 2, and some programs count from 1.
bool is_v4_family(const PrefixShape& shape, ByteView key) {
  if (!shape.v6) return true;
  if (!shape.v4 || !shape.family) return false;
  const unsigned family = family_in(shape, key);
  return family == 4 || (!shape.family_is_ip_version && (family == 1 || family == 2));
}

}  // namespace

IpAddress address_in(const PrefixShape& shape, ByteView key) {
  const ByteView bytes = key.subspan(shape.address_offset, shape.address_size());
  IpAddress address;
  std::copy(bytes.begin(), bytes.end(), address.bytes.begin());
  address.v4 = is_v4_family(shape, key) && all_zero(bytes.subspan(4));
  return address;
}

bool has_host_bits(const IpAddress& address, unsigned length) {
  return (load_big(address.bytes) & mask(128 - length)) != 0;
}

void assemble(const PrefixShape& shape, const PrefixParts& parts, ByteSpan key) {
  std::fill(key.begin(), key.end(), std::byte{0});
  if (parts.everything) return;
  store_prefix_length(bits_before_address(shape) + parts.length, key);
  std::copy_n(parts.address.bytes.begin(), shape.address_size(),
              key.begin() + shape.address_offset);
  if (shape.family_is_ip_version && shape.family) {
    const unsigned version = parts.address.v4 ? 4 : 6;
    store_field(*shape.family, parts.is_destination ? version | destination_bit : version, key);
  }
  if (shape.protocol) store_field(*shape.protocol, parts.protocol, key);
  if (shape.port) store_field(*shape.port, parts.port, key);
}

}  // namespace mapctl
