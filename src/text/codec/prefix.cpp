// What both directions share, and the keys of LPM tries as text; prefix_encode.cpp reads them.

#include "text/codec/prefix.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "text/codec/codec_parts.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/ip_protocol.hpp"

namespace mapctl {
namespace {

/// 4 and 6 are IP versions; AF_INET is 2, and some programs count from 1.
bool is_v4_family(const PrefixShape& shape, ByteView key) {
  if (!shape.v6) return true;
  if (!shape.v4 || !shape.family) return false;
  const unsigned family = family_in(shape, key);
  return family == 4 || (!shape.family_is_ip_version && (family == 1 || family == 2));
}

/// The kernel allows 4 bytes of length and 256 of data.
constexpr std::size_t longest_key = 260;

/// Large enough for the longest rule: protocol, port, direction, IPv6 address, length.
using TextBuffer = std::array<char, 96>;

char* append(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* append_number(char* out, unsigned value) { return std::to_chars(out, out + 10, value).ptr; }

char* append_prefix(char* out, const IpAddress& address, unsigned length) {
  return append_number(append(append_ip(out, address), "/"), length);
}

/// Appends the text before the prefix. A source needs `from` only after a service.
char* append_packets(char* out, const PrefixParts& parts) {
  if (parts.protocol == 0) return parts.is_destination ? append(out, "to ") : out;
  const std::string_view name = protocol_name(parts.protocol);
  out = name.empty() ? append_number(out, parts.protocol) : append(out, name);
  if (parts.port != 0) out = append_number(append(out, "/"), parts.port);
  return append(out, parts.is_destination ? " to " : " from ");
}

/// The number of address bits that count, if the length reaches into the address.
std::optional<unsigned> address_bits(const PrefixShape& shape, const IpAddress& address,
                                     ByteView key) {
  const std::uint32_t length = prefix_length(key);
  const unsigned before = bits_before_address(shape, address.v4);
  if (length < before || length - before > address.bits()) return std::nullopt;
  if (has_host_bits(address, length - before)) return std::nullopt;
  return length - before;
}

std::optional<PrefixParts> parts_of(const PrefixShape& shape, ByteView key) {
  if (shape.rule && prefix_length(key) == 0) return PrefixParts{.everything = true};
  PrefixParts parts;
  parts.address = address_in(shape, key);
  const std::optional<unsigned> length = address_bits(shape, parts.address, key);
  if (!length) return std::nullopt;
  parts.length = *length;
  parts.is_destination =
      takes_destinations(shape) && (load_field(*shape.family, key) & destination_bit) != 0;
  if (shape.protocol) parts.protocol = load_field(*shape.protocol, key);
  if (shape.port) parts.port = load_field(*shape.port, key);
  const bool is_service = parts.protocol <= 255 && (parts.port == 0 || has_ports(parts.protocol));
  return is_service ? std::optional{parts} : std::nullopt;
}

bool gives(const PrefixShape& shape, const PrefixParts& parts, ByteView key) {
  std::array<std::byte, longest_key> buffer;
  if (key.size() > buffer.size()) return false;
  const ByteSpan again{buffer.data(), key.size()};
  assemble(shape, parts, again);
  return std::equal(key.begin(), key.end(), again.begin());
}

bool write_short(const PrefixShape& shape, ByteView key, Writer& writer) {
  const std::optional<PrefixParts> parts = parts_of(shape, key);
  if (!parts || !gives(shape, *parts, key)) return false;
  if (parts->everything) {
    writer.word("default");
    return true;
  }
  TextBuffer buffer;
  char* end = append_packets(buffer.data(), *parts);
  end = append_prefix(end, parts->address, parts->length);
  writer.word({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
  return true;
}

/// Returns whether the long form shows every bit: the address is always written whole.
bool is_exact(const Layout& key, ByteView bytes) {
  std::array<std::byte, longest_key> buffer;
  if (bytes.size() > buffer.size()) return false;
  const ByteSpan rest{buffer.data(), bytes.size()};
  std::copy(bytes.begin(), bytes.end(), rest.begin());
  const ByteSpan address = rest.subspan(key.prefix->address_offset, key.prefix->address_size());
  std::fill(address.begin(), address.end(), std::byte{0});
  return is_all_seen(key, rest);
}

class LongWriter {
 public:
  LongWriter(const PrefixShape& shape, ByteView key, std::optional<unsigned> bits, Writer& writer)
      : shape_(shape), key_(key), bits_(bits), writer_(writer) {}

  void write(const Layout& key) {
    writer_.begin_struct();
    members(key, 0);
    writer_.end_struct();
  }

 private:
  void members(const Layout& layout, std::uint32_t base) {
    const ByteView parent = key_.subspan(base, layout.size);
    for (const Member& member : layout.members) {
      if (is_unseen(member)) continue;
      const std::uint32_t offset = base + member.offset();
      if (offset == 0 && bits_) continue;
      if (member.name.empty()) {
        unnamed(member, offset);
        continue;
      }
      writer_.member(member.name);
      is_address(member, offset) ? address() : decode_member(member, parent, writer_, Texts::exact);
    }
  }

  bool is_address(const Member& member, std::uint32_t offset) const {
    return offset == shape_.address_offset && member.bit_size == 0;
  }

  void unnamed(const Member& member, std::uint32_t offset) {
    if (member.type.kind == Kind::structure) return members(member.type, offset);
    if (offset != shape_.address_offset) {
      const ByteView bytes = key_.subspan(offset, member.type.size);
      const Member* const arm = printed_arm(member.type, bytes);
      if (!arm) return;
      if (arm->name.empty()) return unnamed(*arm, offset);
      writer_.member(arm->name);
      return decode_member(*arm, bytes, writer_, Texts::exact);
    }
    const bool v4 = address_in(shape_, key_).v4;
    if (const Member* const arm = address_arm(member.type, v4 ? 4 : 16)) {
      writer_.member(arm->name);
      address();
    }
  }

  /// The name for the address among the members of an unnamed union: one of its size, or any.
  static const Member* address_arm(const Layout& layout, std::uint32_t size) {
    const Member* any = nullptr;
    for (const Member& member : layout.members) {
      if (member.offset() != 0 || is_unseen(member)) continue;
      const Member* const arm = member.name.empty() ? address_arm(member.type, size) : &member;
      if (!arm) continue;
      if (arm->type.size == size) return arm;
      if (!any) any = arm;
    }
    return any;
  }

  void address() {
    const IpAddress address = address_in(shape_, key_);
    TextBuffer buffer;
    char* const end =
        bits_ ? append_prefix(buffer.data(), address, *bits_) : append_ip(buffer.data(), address);
    writer_.word({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
  }

  const PrefixShape& shape_;
  ByteView key_;
  std::optional<unsigned> bits_;  ///< written after the address; without it, the length is a member
  Writer& writer_;
};

/// `/n` after the address is right only if no bit after it is set.
std::optional<unsigned> bits_after_slash(const PrefixShape& shape, ByteView key) {
  if (shape.bare || shape.rule) return std::nullopt;
  const IpAddress address = address_in(shape, key);
  if (shape.family && shape.family_is_ip_version) {
    const unsigned family = family_in(shape, key);
    if ((family == 4 && !address.v4) || (family == 6 && address.v4)) return std::nullopt;
  }
  return address_bits(shape, address, key);
}

}  // namespace

unsigned bits_before_address(const PrefixShape& shape, bool v4) {
  return (shape.address_offset - 4) * 8 + (shape.mapped && v4 ? IpAddress::mapped_bits : 0);
}

void store_address(const PrefixShape& shape, const IpAddress& address, ByteSpan key) {
  const auto bytes = shape.mapped ? address.mapped() : address.bytes;
  std::copy_n(bytes.begin(), shape.address_size(), key.begin() + shape.address_offset);
}

unsigned load_field(const Field& field, ByteView key) {
  const ByteView bytes = key.subspan(field.offset, field.size);
  return static_cast<unsigned>(field.is_big_endian ? load_big(bytes) : load_host(bytes));
}

void store_field(const Field& field, unsigned value, ByteSpan key) {
  const ByteSpan bytes = key.subspan(field.offset, field.size);
  field.is_big_endian ? store_big(bytes, value) : store_host(bytes, value);
}

std::uint32_t prefix_length(ByteView key) { return load_as<std::uint32_t>(key.first(4)); }

bool takes_destinations(const PrefixShape& shape) {
  return shape.rule && shape.family && shape.family_is_ip_version;
}

unsigned family_in(const PrefixShape& shape, ByteView key) {
  const unsigned family = load_field(*shape.family, key);
  return shape.family_is_ip_version ? family & ~destination_bit : family;
}

IpAddress address_in(const PrefixShape& shape, ByteView key) {
  const ByteView bytes = key.subspan(shape.address_offset, shape.address_size());
  if (shape.mapped) return IpAddress::unmapped(bytes);
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
  store_host(key.first(4), bits_before_address(shape, parts.address.v4) + parts.length);
  store_address(shape, parts.address, key);
  if (shape.family_is_ip_version && shape.family) {
    const unsigned version = parts.address.v4 ? 4 : 6;
    store_field(*shape.family, parts.is_destination ? version | destination_bit : version, key);
  }
  if (shape.protocol) store_field(*shape.protocol, parts.protocol, key);
  if (shape.port) store_field(*shape.port, parts.port, key);
}

void decode_prefix(const Layout& key, ByteView bytes, Writer& writer) {
  const PrefixShape& shape = *key.prefix;
  const bool is_struct = key.kind == Kind::structure;
  if ((shape.bare || shape.rule || !is_struct) && write_short(shape, bytes, writer)) return;
  const bool possible = prefix_length(bytes) <= (bytes.size() - 4) * 8;
  if (!is_struct || !possible || !is_exact(key, bytes)) return decode_hex(bytes, writer);
  LongWriter{shape, bytes, bits_after_slash(shape, bytes), writer}.write(key);
}

}  // namespace mapctl
