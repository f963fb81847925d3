#include "mapctl/text/sum.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/text_writer.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/bits.hpp"

namespace mapctl {
namespace {

/// True for integers that identify things instead of counting them.
bool is_name(const Member& member) {
  return member.role == Role::ip_family || member.role == Role::ip_proto ||
         member.role == Role::ip_port;
}

/// Untyped bytes that have the size of an integer are printed as one, and count as one.
bool is_integer(const Layout& layout) {
  return layout.kind == Kind::integer ||
         (layout.kind == Kind::untyped && has_integer_size(layout.size));
}

bool holds_integers(const Layout& layout) {
  if (layout.kind == Kind::array) return holds_integers(*layout.element);
  return is_integer(layout) || std::ranges::any_of(layout.members, [](const Member& member) {
           return !is_unseen(member) && !is_name(member) && holds_integers(member.type);
         });
}

/// Returns whether the members of a union are only names for one integer: packets, rx_packets.
bool is_one_integer(const Layout& layout) {
  return std::ranges::all_of(layout.members, [&](const Member& member) {
    return is_integer(member.type) && member.type.size == layout.size && member.bit_size == 0 &&
           !is_name(member);
  });
}

std::string member_text(const Member& member, ByteView parent) {
  std::string text;
  TextWriter writer{text};
  decode_member(member, parent, writer, Texts::exact);
  return text;
}

std::string named(const ValuePath& place) {
  return is_top(place) ? "the value" : fmt::format("'{}'", place.text());
}

/// One descent along the layout for all CPUs at once.
class Adder {
 public:
  explicit Adder(const std::vector<ByteView>& slots, std::size_t size)
      : slots_(slots), sum_(size) {}

  /// Offsets are in bytes from the start of a slot.
  void add(const Layout& layout, std::uint32_t offset, const ValuePath& place) {
    if (layout.kind == Kind::array) return add_elements(layout, offset, place);
    if (layout.kind == Kind::union_)
      return keep_only(layout, offset) ? void() : add_union(layout, offset, place);
    if (is_integer(layout)) return add_bits(offset * 8, layout.size * 8);
    if (is_scalar(layout)) return keep(layout, offset, place);
    for (const Member& member : layout.members) {
      const ValuePath inner{&place, member.name};
      add_member(member, layout, offset, member.name.empty() ? place : inner);
    }
  }

  Bytes take() { return std::move(sum_); }

 private:
  void add_member(const Member& member, const Layout& parent, std::uint32_t base,
                  const ValuePath& place) {
    if (is_unseen(member)) return;
    const bool counts = member.type.kind == Kind::integer && !is_name(member);
    if (member.bit_size != 0 && counts)
      add_bits(base * 8 + member.bit_offset, member.bit_size);
    else if (member.bit_size != 0 || is_name(member))
      keep_member(member, parent, base, place);
    else
      add(member.type, base + member.offset(), place);
  }

  /// If only one CPU has written a part, its value is the sum, whatever it means.
  bool keep_only(const Layout& layout, std::uint32_t offset) {
    const auto part = [&](ByteView slot) { return slot.subspan(offset, layout.size); };
    const auto is_written = [&](ByteView slot) { return !all_zero(part(slot)); };
    if (std::ranges::count_if(slots_, is_written) != 1) return false;
    std::ranges::copy(part(*std::ranges::find_if(slots_, is_written)), sum_.begin() + offset);
    return true;
  }

  void add_elements(const Layout& array, std::uint32_t offset, const ValuePath& place) {
    for (std::uint32_t i = 0; i < array.count; ++i)
      add(*array.element, offset + i * array.element->size, {&place, {}, i});
  }

  void add_bits(std::uint32_t from, std::uint32_t count) {
    Wide sum = 0;
    for (const ByteView slot : slots_) sum += get_bits(slot, from, count);
    put_bits(sum_, from, count, sum & mask(count));
  }

  /// Only the program knows which member counts. Zero bytes are 0 for every member.
  void add_union(const Layout& layout, std::uint32_t offset, const ValuePath& place) {
    if (!holds_integers(layout)) return keep(layout, offset, place);
    if (is_one_integer(layout)) return add_bits(offset * 8, layout.size * 8);
    for (const ByteView slot : slots_)
      if (!all_zero(slot.subspan(offset, layout.size)))
        throw BadInput(fmt::format(
            "{} is a union, and which of its members to add up cannot be known", named(place)));
  }

  void keep(const Layout& layout, std::uint32_t offset, const ValuePath& place) {
    keep_bits(offset * 8, layout.size * 8, place,
              [&](ByteView slot) { return text_of(layout, slot.subspan(offset, layout.size)); });
  }

  void keep_member(const Member& member, const Layout& parent, std::uint32_t base,
                   const ValuePath& place) {
    keep_bits(base * 8 + member.bit_offset, bit_width(member), place,
              [&](ByteView slot) { return member_text(member, slot.subspan(base, parent.size)); });
  }

  template <typename Text>
  void keep_bits(std::uint32_t from, std::uint32_t count, const ValuePath& place, Text text) {
    for (std::uint32_t done = 0; done < count;) {
      const std::uint32_t piece = std::min(count - done, 128U);
      const Wide value = get_bits(slots_.front(), from + done, piece);
      for (const ByteView slot : slots_)
        if (get_bits(slot, from + done, piece) != value)
          throw BadInput(
              fmt::format("{} is {} on one CPU and {} on another, and only integers add up",
                          named(place), excerpt(text(slots_.front())), excerpt(text(slot))));
      put_bits(sum_, from + done, piece, value);
      done += piece;
    }
  }

  const std::vector<ByteView>& slots_;
  Bytes sum_;
};

std::vector<ByteView> written_slots(const Layout& layout, ByteView values) {
  const std::size_t stride = per_cpu_stride(layout.size);
  if (stride == 0 || values.empty() || values.size() % stride != 0)
    throw BadInput(
        fmt::format("{} bytes are given, the values of each CPU have {}", values.size(), stride));
  std::vector<ByteView> slots;
  for (std::size_t at = 0; at < values.size(); at += stride)
    if (const ByteView slot = values.subspan(at, layout.size); !all_zero(slot))
      slots.push_back(slot);
  return slots;
}

}  // namespace

Bytes sum_per_cpu(const Layout& layout, ByteView values) {
  const std::vector<ByteView> slots = written_slots(layout, values);
  if (slots.empty()) return Bytes(layout.size);
  if (slots.size() == 1) return {slots.front().begin(), slots.front().end()};
  Adder adder(slots, layout.size);
  adder.add(layout, 0, {});
  return adder.take();
}

}  // namespace mapctl
