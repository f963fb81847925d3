// Conditions that an address or a key of an LPM trie lies within a range.

#include <algorithm>

#include "text/codec/prefix.hpp"
#include "text/literal/bits.hpp"
#include "text/query/comparison.hpp"

namespace mapctl {
namespace {

/// Describes the addresses in the field as in the key of a trie.
PrefixShape shape_of(const Operand& operand) {
  if (operand.type().prefix) return *operand.type().prefix;
  PrefixShape shape;
  shape.address_offset = 0;
  shape.v4 = operand.slice.size == 4 || operand.type().kind == Kind::ip;
  shape.v6 = operand.slice.size == 16;
  return shape;
}

struct Range {
  bool v4;
  unsigned length;
  Wide address;  ///< the bits after its length are 0

  bool holds(const IpAddress& other, unsigned bits) const {
    return other.v4 == v4 && bits >= length &&
           ((load_big(other.bytes) ^ address) & ~mask(128 - length)) == 0;
  }
};

Range read_range(const Operand& operand, std::string_view text) {
  return naming(operand, [&] {
    const ValuePath top;
    TextCursor in{text};
    const AddressText given = parse_address(shape_of(operand), in.token(top).text, top);
    in.finish(top);
    const unsigned length = given.length.value_or(given.address.bits());
    check_host_bits(given.address, length, top);
    return Range{given.address.v4, length, load_big(given.address.bytes)};
  });
}

}  // namespace

bool is_address(const Operand& operand) {
  const Layout& type = operand.type();
  return type.prefix || type.kind == Kind::ipv4 || type.kind == Kind::ipv6 || type.kind == Kind::ip;
}

bool takes_ranges(const Operand& operand) {
  const Layout& type = operand.type();
  if (is_address(operand)) return true;
  const bool is_plain = type.kind == Kind::bytes || type.kind == Kind::untyped;
  return is_plain && (type.size == 4 || type.size == 16);
}

Condition within(const Operand& operand, std::string_view text) {
  const Range range = read_range(operand, text);
  const Slice slice = operand.slice;
  if (operand.type().kind == Kind::ip) {
    return [slice, range](EntryView entry) {
      const IpAddress address = IpAddress::unmapped(slice(entry));
      return range.holds(address, address.bits());
    };
  }
  if (!operand.type().prefix) {
    return [slice, range](EntryView entry) {
      const ByteView bytes = slice(entry);
      IpAddress address{.v4 = bytes.size() == 4};
      std::ranges::copy(bytes, address.bytes.begin());
      return range.holds(address, address.bits());
    };
  }
  return [slice, range, shape = *operand.type().prefix](EntryView entry) {
    const ByteView key = slice(entry);
    const IpAddress address = address_in(shape, key);
    const unsigned before = bits_before_address(shape, address.v4);
    const std::uint32_t length = prefix_length(key);
    return length >= before && range.holds(address, length - before);
  };
}

}  // namespace mapctl
