#include <charconv>
#include <cmath>
#include <cstring>

#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/text_writer.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/codec/end.hpp"
#include "text/codec/prefix.hpp"
#include "text/layout/enumerators.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/address.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/ip_protocol.hpp"
#include "text/literal/scalar.hpp"

namespace mapctl {
namespace {

/// Writes a number of `bits` bits, sign-extended to all 128 if it is signed.
void write_number(Wide value, unsigned bits, bool is_signed, Writer& writer) {
  DecimalBuffer buffer;
  if (bits > 64) return writer.number(decimal(value, is_signed, buffer));
  if (is_signed) return writer.integer(static_cast<std::int64_t>(value));
  writer.integer(static_cast<std::uint64_t>(value));
}

void decode_integer(const Layout& layout, ByteView bytes, Writer& writer) {
  if (layout.is_signed) {
    const unsigned bits = layout.size * 8;
    return write_number(sign_extend(load_host(bytes), bits), bits, true, writer);
  }
  // Dumps of millions of entries consist mostly of these sizes.
  if (bytes.size() == 4) return writer.integer(std::uint64_t{load_as<std::uint32_t>(bytes)});
  if (bytes.size() == 8) return writer.integer(load_as<std::uint64_t>(bytes));
  write_number(load_host(bytes), layout.size * 8, false, writer);
}

/// Writes a value of any kind that can also be a bitfield.
void write_bits(const Layout& layout, Wide bits_of_value, unsigned bits, Writer& writer) {
  const Wide value = layout.is_signed ? sign_extend(bits_of_value, bits) : bits_of_value;
  if (layout.kind == Kind::boolean && value <= 1) return writer.boolean(value == 1);
  if (layout.kind == Kind::enumeration) {
    const std::string_view name = enumerator_name(layout, static_cast<std::uint64_t>(value));
    if (!name.empty()) return writer.word(name);
  }
  write_number(value, bits, layout.is_signed, writer);
}

template <typename Float>
void decode_float(ByteView bytes, Writer& writer) {
  const auto value = load_as<Float>(bytes);
  if (std::isnan(value)) {
    const Float canonical = std::numeric_limits<Float>::quiet_NaN();
    const bool same = std::memcmp(&value, &canonical, sizeof value) == 0;
    return same ? writer.word("nan") : decode_hex(bytes, writer);
  }
  if (std::isinf(value)) return writer.word(value < 0 ? "-inf" : "inf");
  char buffer[32];
  const char* const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  writer.number({buffer, static_cast<std::size_t>(end - buffer)});
}

void decode_pointer(ByteView bytes, Writer& writer) {
  char buffer[40] = "0x";
  const auto value = static_cast<std::uint64_t>(load_host(bytes));
  const char* const end = std::to_chars(buffer + 2, buffer + sizeof buffer, value, 16).ptr;
  writer.word({buffer, static_cast<std::size_t>(end - buffer)});
}

void decode_text(ByteView bytes, Writer& writer, Texts texts) {
  const auto* const begin = reinterpret_cast<const char*>(bytes.data());
  const std::string_view text{begin, strnlen(begin, bytes.size())};
  const bool is_whole = texts == Texts::to_nul || all_zero(bytes.subspan(text.size()));
  if (!is_whole || is_hex_text(text) || !is_utf8(text)) return decode_hex(bytes, writer);
  writer.string(text);
}

void decode_address(Kind kind, ByteView bytes, Writer& writer) {
  char buffer[48];
  const char* const end = kind == Kind::ipv4   ? append_ipv4(buffer, bytes)
                          : kind == Kind::ipv6 ? append_ipv6(buffer, bytes)
                          : kind == Kind::ip   ? append_ip(buffer, IpAddress::unmapped(bytes))
                                               : append_mac(buffer, bytes);
  writer.word({buffer, static_cast<std::size_t>(end - buffer)});
}

void decode_untyped(ByteView bytes, Writer& writer) {
  if (!has_integer_size(bytes.size())) return decode_hex(bytes, writer);
  writer.integer(static_cast<std::uint64_t>(load_host(bytes)));
}

void decode_array(const Layout& layout, ByteView bytes, Writer& writer, Texts texts) {
  const std::size_t size = layout.element->size;
  writer.begin_array();
  for (std::size_t i = 0; i < layout.count; ++i) {
    writer.element();
    decode_value(*layout.element, bytes.subspan(i * size, size), writer, texts);
  }
  writer.end_array();
}

/// The bytes of a union decide which member is printed, so all of them are.
void write_arm(const Layout& layout, ByteView bytes, Writer& writer) {
  if (const Member* const arm = printed_arm(layout, bytes))
    write_member(*arm, bytes, writer, Texts::exact);
}

void decode_struct(const Layout& layout, ByteView bytes, Writer& writer, Texts texts) {
  if (has_unprintable_union(layout, bytes)) return decode_hex(bytes, writer);
  bool begun = false;
  const Member* left_out = nullptr;
  for (const Member& member : layout.members) {
    if (is_unseen(member)) continue;
    if (is_end(member) && is_never(member, bytes)) {
      left_out = &member;
      continue;
    }
    if (!begun) writer.begin_struct();
    begun = true;
    write_member(member, bytes, writer, texts);
  }
  if (!begun && left_out) {
    writer.begin_struct();
    begun = true;
    write_member(*left_out, bytes, writer, texts);
  }
  begun ? writer.end_struct() : decode_hex(bytes, writer);
}

void decode_union(const Layout& layout, ByteView bytes, Writer& writer) {
  if (printed_arm(layout, bytes) == nullptr) return decode_hex(bytes, writer);
  writer.begin_struct();
  write_arm(layout, bytes, writer);
  writer.end_struct();
}

/// Writes a number, unless the protocol has a name.
void decode_protocol(const Layout& layout, ByteView bytes, Writer& writer) {
  const Wide number = load_host(bytes);
  const std::string_view name = number <= 255 ? protocol_name(static_cast<unsigned>(number)) : "";
  name.empty() ? decode_integer(layout, bytes, writer) : writer.word(name);
}

void check_size(std::size_t wanted, std::size_t given) {
  if (given == wanted) return;
  throw BadInput(std::to_string(given) + " bytes are given, the type has " +
                 std::to_string(wanted));
}

}  // namespace

void decode_hex(ByteView bytes, Writer& writer) {
  char buffer[4 + 2 * 64];
  if (bytes.size() > 64) return writer.word(hex_text(bytes));
  std::memcpy(buffer, "hex:", 4);
  const char* const end = append_hex(buffer + 4, bytes);
  writer.word({buffer, static_cast<std::size_t>(end - buffer)});
}

void write_member(const Member& member, ByteView parent, Writer& writer, Texts texts) {
  if (!member.name.empty()) {
    writer.member(member.name);
    return decode_member(member, parent, writer, texts);
  }
  const ByteView bytes = parent.subspan(member.offset(), member.type.size);
  if (member.type.kind == Kind::union_) return write_arm(member.type, bytes, writer);
  for (const Member& inner : member.type.members) {
    if (!is_unseen(inner) && !(is_end(inner) && is_never(inner, bytes)))
      write_member(inner, bytes, writer, texts);
  }
}

void decode_member(const Member& member, ByteView parent, Writer& writer, Texts texts) {
  if (member.bit_size != 0) {
    const Wide value = get_bits(parent, member.bit_offset, member.bit_size);
    return write_bits(member.type, value, member.bit_size, writer);
  }
  const ByteView bytes = parent.subspan(member.offset(), member.type.size);
  if (member.role == Role::ip_proto && member.type.kind == Kind::integer)
    return decode_protocol(member.type, bytes, writer);
  if (is_end(member))
    return writer.word(end_text(static_cast<std::uint64_t>(load_host(bytes)), member.type.size));
  decode_value(member.type, bytes, writer, texts);
}

void decode_value(const Layout& layout, ByteView bytes, Writer& writer, Texts texts) {
  switch (layout.kind) {
    case Kind::integer:
      return decode_integer(layout, bytes, writer);
    case Kind::big_endian:
      return write_bits(layout, load_big(bytes), layout.size * 8, writer);
    case Kind::ipv4:
    case Kind::ipv6:
    case Kind::ip:
    case Kind::mac:
      return decode_address(layout.kind, bytes, writer);
    case Kind::enumeration:
    case Kind::boolean:
      return write_bits(layout, load_host(bytes), layout.size * 8, writer);
    case Kind::floating:
      if (layout.size == sizeof(float)) return decode_float<float>(bytes, writer);
      if (layout.size == sizeof(double)) return decode_float<double>(bytes, writer);
      return decode_hex(bytes, writer);
    case Kind::pointer:
      return decode_pointer(bytes, writer);
    case Kind::text:
      return decode_text(bytes, writer, texts);
    case Kind::bytes:
      return decode_hex(bytes, writer);
    case Kind::untyped:
      return decode_untyped(bytes, writer);
    case Kind::array:
      return decode_array(layout, bytes, writer, texts);
    case Kind::structure:
      return decode_struct(layout, bytes, writer, texts);
    case Kind::union_:
      return decode_union(layout, bytes, writer);
    case Kind::reserved:
      return writer.null();
  }
}

void decode(const Layout& layout, ByteView bytes, Writer& writer, Texts texts) {
  check_size(layout.size, bytes.size());
  layout.prefix ? decode_prefix(layout, bytes, writer) : decode_value(layout, bytes, writer, texts);
}

void decode_key(const Layout& layout, ByteView bytes, Writer& writer) {
  check_size(layout.size, bytes.size());
  if (layout.prefix) return decode_prefix(layout, bytes, writer);
  is_all_seen(layout, bytes) ? decode_value(layout, bytes, writer, Texts::exact)
                             : decode_hex(bytes, writer);
}

void decode_per_cpu(const Layout& layout, const std::vector<unsigned>& cpus, ByteView bytes,
                    Writer& writer, Texts texts) {
  const std::size_t stride = per_cpu_stride(layout.size);
  check_size(stride * cpus.size(), bytes.size());
  writer.begin_cpus();
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    writer.cpu(cpus[i]);
    decode_value(layout, bytes.subspan(i * stride, layout.size), writer, texts);
  }
  writer.end_cpus();
}

std::string text_of(const Layout& layout, ByteView bytes) {
  std::string text;
  TextWriter writer{text};
  decode(layout, bytes, writer);
  return text;
}

std::string key_text_of(const Layout& layout, ByteView bytes) {
  std::string text;
  TextWriter writer{text};
  decode_key(layout, bytes, writer);
  return text;
}

}  // namespace mapctl
