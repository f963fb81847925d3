#include "mapctl/text/codec.hpp"

#include <algorithm>

#include "mapctl/error.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/codec/prefix.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/scalar.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl {
namespace {

void check_buffer(std::size_t wanted, std::size_t given) {
  if (given == wanted) return;
  throw BadInput("a buffer of " + std::to_string(given) + " bytes is given, " +
                 std::to_string(wanted) + " are needed");
}

bool is_long_form(const Layout& key, TextCursor& in) {
  if (key.kind != Kind::structure) return false;
  const bool has_short_form = key.prefix->bare || key.prefix->rule;
  return !has_short_form || in.peek() == '{' || in.rest().find('=') != std::string_view::npos;
}

void encode_prefix_key(const Layout& key, std::string_view text, ByteSpan out) {
  const ValuePath top;
  TextCursor in{text};
  if (in.peek() == '"') {
    const Token token = in.token(top);
    in.finish(top);
    return encode_prefix_key(key, token.text, out);
  }
  if (is_hex_text(in.rest())) return encode_hex(in.token(top).text, out, top);
  if (!is_long_form(key, in))
    return assemble(*key.prefix, parse_short_form(*key.prefix, text), out);
  std::fill(out.begin(), out.end(), std::byte{0});
  LongForm long_form{*key.prefix};
  encode_struct(in, key, out, top, &long_form);
  in.finish(top);
  long_form.finish(out);
}

/// Returns whether the text begins with hex:… of a whole value, in quotes or not.
bool is_hex_of(std::string_view text, std::size_t size) {
  if (text.starts_with('"')) text.remove_prefix(1);
  return is_hex_text(text) &&
         text.substr(4).find_first_not_of("0123456789abcdefABCDEF") == 2 * size;
}

/// Returns whether the text is a list with a value for each CPU. If the value is an array itself,
/// the depth of the brackets decides; byte arrays may be `[1,2]` or hex:…, so there the first word
/// decides.
bool is_cpu_list(const Layout& layout, std::string_view text) {
  unsigned depth = 0;
  TextCursor in{text};
  while (in.accept('[')) ++depth;
  unsigned own = 0;
  const Layout* innermost = &layout;
  for (; innermost->kind == Kind::array; innermost = innermost->element.get()) ++own;
  if (depth == 1 && is_hex_of(in.rest(), layout.size)) return true;
  if (innermost->kind != Kind::bytes) return depth > own;
  if (depth != own + 1) return depth > own;
  const std::string_view rest = in.rest();
  return is_hex_text(rest) || rest.starts_with('"') ||
         rest.substr(0, rest.find_first_of(",]")).find(':') != std::string_view::npos;
}

/// Zeroes everything except the members that keep their value.
void clear_unkept(const Layout& layout, ByteSpan out) {
  if (!keeps_members(layout)) return std::fill(out.begin(), out.end(), std::byte{0});
  if (layout.kind == Kind::array) {
    const std::uint32_t size = layout.element->size;
    for (std::uint32_t i = 0; i < layout.count; ++i) {
      clear_unkept(*layout.element, out.subspan(std::size_t{i} * size, size));
    }
    return;
  }
  const Bytes old(out.begin(), out.end());
  std::fill(out.begin(), out.end(), std::byte{0});
  // The members of a union share bytes: a kept one would show through another.
  if (layout.kind == Kind::union_) return;
  for (const Member& member : layout.members) {
    if (member.bit_size != 0) {
      if (!is_kept(member)) continue;
      put_bits(out, member.bit_offset, member.bit_size,
               get_bits(old, member.bit_offset, member.bit_size));
      continue;
    }
    if (!is_kept(member) && !keeps_members(member.type)) continue;
    const ByteSpan part = out.subspan(member.offset(), member.type.size);
    std::copy_n(old.begin() + member.offset(), part.size(), part.begin());
    if (!is_kept(member)) clear_unkept(member.type, part);
  }
}

[[noreturn]] void refuse_cpu_count(std::size_t given, std::size_t cpus) {
  throw BadInput(counted(given, "value") + " for " + counted(cpus, "possible CPU") +
                 ": give one for all of them, or one for each");
}

void encode_cpu_list(const Layout& layout, std::size_t cpus, std::string_view text, ByteSpan out,
                     LeftOut left_out) {
  const ValuePath top;
  TextCursor in{text, left_out};
  in.accept('[');
  const std::size_t given = count_elements(in.rest());
  if (given != cpus) refuse_cpu_count(given, cpus);
  encode_list(in, layout, cpus, out, top);
  in.finish(top);
}

}  // namespace

void encode(const Layout& layout, std::string_view text, ByteSpan out, LeftOut left_out) {
  check_buffer(layout.size, out.size());
  if (layout.prefix) return encode_prefix_key(layout, text, out);
  if (left_out == LeftOut::zero) clear_unkept(layout, out);
  encode_whole(layout, text, out, ValuePath{}, left_out);
}

Bytes encode(const Layout& layout, std::string_view text) {
  Bytes bytes(layout.size);
  encode(layout, text, bytes);
  return bytes;
}

void encode_per_cpu(const Layout& layout, std::size_t cpus, std::string_view text, ByteSpan out,
                    LeftOut left_out) {
  const std::size_t stride = per_cpu_stride(layout.size);
  check_buffer(stride * cpus, out.size());
  for (std::size_t i = 0; i < cpus; ++i) {
    const ByteSpan slot = out.subspan(i * stride, stride);
    if (left_out == LeftOut::zero) clear_unkept(layout, slot.first(layout.size));
    std::ranges::fill(slot.subspan(layout.size), std::byte{0});
  }
  if (is_cpu_list(layout, text)) return encode_cpu_list(layout, cpus, text, out, left_out);
  for (std::size_t i = 0; i < cpus; ++i)
    encode_whole(layout, text, out.subspan(i * stride, layout.size), ValuePath{}, left_out);
}

}  // namespace mapctl
