#pragma once
// Masks of the bits of a value that matter.

#include "mapctl/bytes.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// layout.size bytes with a 1 for each bit that the user can see and set: not padding, hidden
/// members or types of the kernel. All of a union is seen.
Bytes seen_bits(const Layout& layout);

/// layout.size bytes with a 1 for each bit of a member that is a counter.
Bytes counter_bits(const Layout& layout);

/// Copies the bits of `old` into `value` where the mask is 1.
void keep_bits(ByteSpan value, ByteView old, ByteView mask);

/// Sets a 1 for each bit of members that keep their value and that a text leaves out: `encode`
/// writes the text over the bytes it is given; `over_zeros` is its result over zeros.
template <typename Encode>
void find_left_out(ByteView over_zeros, Bytes& mask, Encode encode) {
  mask.assign(over_zeros.size(), std::byte{0xff});
  encode(mask);
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] ^= over_zeros[i];
}

}  // namespace mapctl
