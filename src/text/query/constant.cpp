#include "text/query/constant.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mapctl/text/codec.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/layout/value_mask.hpp"
#include "text/literal/bits.hpp"

namespace mapctl {
namespace {

/// Reads a constant over the bytes of the slice.
void read_constant(const Operand& operand, std::string_view text, ByteSpan out) {
  naming(operand, [&] {
    const ValuePath top;
    TextCursor in{text};
    if (!encode_special(in, operand.member, out, top)) return encode(operand.type(), text, out);
    in.finish(top);
  });
}

}  // namespace

void refuse_operand(const Operand& operand, const std::string& reason, std::vector<Remedy> fix) {
  throw BadInput(fmt::format("{}: {}", operand.name, reason), std::move(fix));
}

Bytes constant_of(const Operand& operand, std::string_view text) {
  Bytes bytes(operand.slice.size);
  read_constant(operand, text, bytes);
  return bytes;
}

Bytes bits_that_count(const Operand& operand, std::string_view text, ByteView constant) {
  Bytes mask = seen_bits(operand.type());
  for (std::size_t i = 0; i < mask.size(); ++i)
    if ((constant[i] & ~mask[i]) != std::byte{0}) return Bytes(operand.slice.size, std::byte{0xff});
  Bytes left_out;
  find_left_out(constant, left_out, [&](Bytes& bytes) { read_constant(operand, text, bytes); });
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] &= ~left_out[i];
  return mask;
}

}  // namespace mapctl
