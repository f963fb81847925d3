#include "mapctl/text/sum.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "mapctl/error.hpp"
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

/// Returns whether these bits are the same in both.
bool are_equal(ByteView a, ByteView b, std::uint32_t from, std::uint32_t count) {
  for (std::uint32_t done = 0; done < count; done += 128) {
    const std::uint32_t piece = std::min(count - done, 128U);
    if (get_bits(a, from + done, piece) != get_bits(b, from + done, piece)) return false;
  }
  return true;
}

void copy_bits(ByteView from, ByteSpan to, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t done = 0; done < count; done += 128) {
    const std::uint32_t piece = std::min(count - done, 128U);
    put_bits(to, first + done, piece, get_bits(from, first + done, piece));
  }
}

/// One descent along the layout for all CPUs at once.
class Adder {
 public:
  Adder(const std::vector<ByteView>& slots, std::size_t size)
      : slots_(slots), zeros_(size), ones_(size, std::byte{0xff}), sum_(size), unclear_(size) {}

  /// Offsets are in bytes from the start of a slot.
  void add(const Layout& layout, std::uint32_t offset) {
    if (layout.kind == Kind::array) return add_elements(layout, offset);
    if (layout.kind == Kind::union_) return add_union(layout, offset);
    if (is_integer(layout)) return add_bits(offset * 8, layout.size * 8);
    if (layout.kind == Kind::text) return keep_text(layout, offset);
    if (is_scalar(layout)) return keep_bits(offset * 8, layout.size * 8);
    for (const Member& member : layout.members) add_member(member, offset);
  }

  /// The sum and the unclear bits.
  Bytes take() {
    append_bytes(sum_, unclear_);
    return std::move(sum_);
  }

 private:
  void add_member(const Member& member, std::uint32_t base) {
    if (is_unseen(member)) return;
    const std::uint32_t from = base * 8 + member.bit_offset;
    const bool counts = member.type.kind == Kind::integer && !is_name(member);
    if (member.bit_size != 0 && counts)
      add_bits(from, member.bit_size);
    else if (member.bit_size != 0 || is_name(member))
      keep_bits(from, bit_width(member));
    else
      add(member.type, base + member.offset());
  }

  void add_elements(const Layout& array, std::uint32_t offset) {
    for (std::uint32_t i = 0; i < array.count; ++i)
      add(*array.element, offset + i * array.element->size);
  }

  void add_bits(std::uint32_t from, std::uint32_t count) {
    Wide sum = 0;
    for (const ByteView slot : slots_) sum += get_bits(slot, from, count);
    put_bits(sum_, from, count, sum & mask(count));
  }

  /// Only the program knows which member counts.
  void add_union(const Layout& layout, std::uint32_t offset) {
    if (is_one_integer(layout)) return add_bits(offset * 8, layout.size * 8);
    keep_bits(offset * 8, layout.size * 8, holds_integers(layout));
  }

  /// What is left of older texts behind the NUL does not count.
  void keep_text(const Layout& layout, std::uint32_t offset) {
    std::size_t longest = 0;
    for (const ByteView slot : slots_) {
      const auto* const text = reinterpret_cast<const char*>(slot.data()) + offset;
      longest = std::max(longest, strnlen(text, layout.size) + 1);
    }
    keep_bits(offset * 8, std::min(static_cast<std::uint32_t>(longest), layout.size) * 8);
  }

  /// Keeps what all CPUs agree on that have written it, whatever it means. With `may_count`, what
  /// two CPUs have written is unclear though it is the same.
  void keep_bits(std::uint32_t from, std::uint32_t count, bool may_count = false) {
    const ByteView* first = nullptr;
    for (const ByteView& slot : slots_) {
      if (are_equal(slot, zeros_, from, count)) continue;
      if (first != nullptr && (may_count || !are_equal(slot, *first, from, count)))
        return copy_bits(ones_, unclear_, from, count);
      if (first == nullptr) first = &slot;
    }
    if (first != nullptr) copy_bits(*first, sum_, from, count);
  }

  const std::vector<ByteView>& slots_;
  const Bytes zeros_;
  const Bytes ones_;
  Bytes sum_;
  Bytes unclear_;
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

/// Writes values of which some bits are unclear. The bits have the places of those of the values.
class SumWriter {
 public:
  SumWriter(Writer& writer, Texts texts) : writer_(writer), texts_(texts) {}

  void write(const Layout& layout, ByteView value, ByteView unclear) {
    if (all_zero(unclear)) return decode_value(layout, value, writer_, texts_);
    if (layout.kind == Kind::array) return write_elements(layout, value, unclear);
    if (layout.kind != Kind::structure) return writer_.null();
    writer_.begin_struct();
    write_members(layout, value, unclear);
    writer_.end_struct();
  }

 private:
  void write_elements(const Layout& array, ByteView value, ByteView unclear) {
    const std::uint32_t size = array.element->size;
    writer_.begin_array();
    for (std::uint32_t i = 0; i < array.count; ++i) {
      writer_.element();
      write(*array.element, value.subspan(i * size, size), unclear.subspan(i * size, size));
    }
    writer_.end_array();
  }

  void write_members(const Layout& layout, ByteView value, ByteView unclear) {
    const Bytes clear(layout.size);
    for (const Member& member : layout.members) {
      if (is_unseen(member)) continue;
      if (are_equal(unclear, clear, member.bit_offset, bit_width(member)))
        write_member(member, value, writer_, texts_);
      else
        write_unclear(member, value, unclear);
    }
  }

  void write_unclear(const Member& member, ByteView value, ByteView unclear) {
    const auto part = [&](ByteView of) { return of.subspan(member.offset(), member.type.size); };
    if (!member.name.empty()) {
      writer_.member(member.name);
      return member.bit_size != 0 ? writer_.null() : write(member.type, part(value), part(unclear));
    }
    if (member.type.kind == Kind::structure)
      return write_members(member.type, part(value), part(unclear));
    for (const std::string& name : field_names(member.type)) {
      writer_.member(name);
      writer_.null();
    }
  }

  Writer& writer_;
  Texts texts_;
};

}  // namespace

Bytes sum_per_cpu(const Layout& layout, ByteView values) {
  const std::vector<ByteView> slots = written_slots(layout, values);
  if (slots.size() == 1) {
    Bytes sum(slots.front().begin(), slots.front().end());
    sum.resize(2 * layout.size);
    return sum;
  }
  Adder adder(slots, layout.size);
  adder.add(layout, 0);
  return adder.take();
}

void decode_sum(const Layout& layout, ByteView sum, Writer& writer, Texts texts) {
  SumWriter(writer, texts).write(layout, sum.first(layout.size), sum.subspan(layout.size));
}

}  // namespace mapctl
