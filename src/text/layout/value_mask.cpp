#include "text/layout/value_mask.hpp"

#include <algorithm>

#include "text/layout/fields.hpp"
#include "text/literal/bits.hpp"

namespace mapctl {
namespace {

/// Sets the bits that the user sees: all of them, or without `all` only those in counters.
void set_bits(const Layout& layout, ByteSpan mask, bool all) {
  if (layout.kind == Kind::array) {
    const std::size_t size = layout.element->size;
    for (std::size_t i = 0; i < layout.count; ++i)
      set_bits(*layout.element, mask.subspan(i * size, size), all);
    return;
  }
  // All of a union is seen: bytes that no member covers are printed as hex.
  if (!is_composite(layout) || (all && layout.kind == Kind::union_)) {
    if (all) std::ranges::fill(mask, std::byte{0xff});
    return;
  }
  for (const Member& member : layout.members) {
    if (is_unseen(member)) continue;
    const bool all_of_it = all || member.role == Role::counter;
    if (member.bit_size == 0)
      set_bits(member.type, mask.subspan(member.offset(), member.type.size), all_of_it);
    else if (all_of_it)
      put_bits(mask, member.bit_offset, member.bit_size, ~Wide{0});
  }
}

}  // namespace

Bytes seen_bits(const Layout& layout) {
  Bytes mask(layout.size);
  set_bits(layout, mask, true);
  return mask;
}

Bytes counter_bits(const Layout& layout) {
  Bytes mask(layout.size);
  set_bits(layout, mask, false);
  return mask;
}

void keep_bits(ByteSpan value, ByteView old, ByteView mask) {
  for (std::size_t i = 0; i < value.size(); ++i)
    value[i] = (value[i] & ~mask[i]) | (old[i] & mask[i]);
}

}  // namespace mapctl
