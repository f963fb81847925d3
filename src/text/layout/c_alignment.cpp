#include "text/layout/c_alignment.hpp"

#include <algorithm>

#include "text/layout/reserved_type.hpp"

namespace mapctl {

namespace {

std::uint64_t round_up(std::uint64_t value, std::uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

std::uint32_t alignment_of(const Layout& layout) {
  switch (layout.kind) {
    case Kind::text:
    case Kind::bytes:
    case Kind::ipv6:
    case Kind::mac:
    case Kind::untyped:
      return 1;
    case Kind::reserved:
      return reserved_alignment(layout);
    case Kind::array:
      return alignment_of(*layout.element);
    case Kind::structure:
    case Kind::union_: {
      std::uint32_t alignment = 1;
      for (const Member& member : layout.members)
        alignment = std::max(alignment, alignment_of(member.type));
      return alignment;
    }
    case Kind::integer:
    case Kind::big_endian:
    case Kind::ipv4:
    case Kind::enumeration:
    case Kind::boolean:
    case Kind::floating:
    case Kind::pointer:
      return std::max(layout.size, 1U);
  }
  return 1;
}

std::uint64_t natural_offset(const Member& member, std::uint64_t bits) {
  const std::uint32_t unit =
      member.bit_size != 0 ? member.type.size * 8 : alignment_of(member.type) * 8;
  const bool fits = member.bit_size != 0 && bits % unit + member.bit_size <= unit;
  return fits ? bits : round_up(bits, unit);
}

std::uint32_t natural_size(const Layout& layout, std::uint64_t bits) {
  return static_cast<std::uint32_t>(round_up((bits + 7) / 8, alignment_of(layout)));
}

}  // namespace mapctl
