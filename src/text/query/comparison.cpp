#include "text/query/comparison.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "mapctl/error.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/text_writer.hpp"
#include "mapctl/text/type_text.hpp"
#include "text/codec/codec_parts.hpp"
#include "text/codec/prefix.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/bits.hpp"
#include "text/literal/suggest.hpp"
#include "text/query/constant.hpp"

namespace mapctl {
namespace {

enum class Nature {
  number,
  floating,
  text,
  bytes,     ///< compared from the first byte to the last
  prefix,    ///< the key of an LPM trie
  compound,  ///< can only be equal or not equal
};

Nature nature_of(const Layout& type) {
  if (type.prefix) return Nature::prefix;
  switch (type.kind) {
    case Kind::integer:
    case Kind::big_endian:
    case Kind::enumeration:
    case Kind::boolean:
    case Kind::pointer:
      return Nature::number;
    case Kind::untyped:
      return has_integer_size(type.size) ? Nature::number : Nature::bytes;
    case Kind::floating:
      return type.size == 4 || type.size == 8 ? Nature::floating : Nature::compound;
    case Kind::text:
      return Nature::text;
    case Kind::ipv4:
    case Kind::ipv6:
    case Kind::mac:
    case Kind::bytes:
      return Nature::bytes;
    case Kind::array:
    case Kind::structure:
    case Kind::union_:
    case Kind::reserved:
      return Nature::compound;
  }
  return Nature::compound;
}

/// Reads integers of up to 128 bits as unsigned numbers in the same order.
class NumberReader {
 public:
  explicit NumberReader(const Operand& operand)
      : bit_offset_(operand.member.bit_offset),
        bit_size_(operand.member.bit_size),
        is_big_endian_(operand.type().kind == Kind::big_endian) {
    const unsigned width = operand.is_bitfield() ? bit_size_ : operand.slice.size * 8;
    if (operand.type().is_signed) sign_ = Wide{1} << (width - 1);
  }

  Wide operator()(ByteView bytes) const { return load(bytes) ^ sign_; }

 private:
  Wide load(ByteView bytes) const {
    if (bit_size_ != 0) return get_bits(bytes, bit_offset_, bit_size_);
    if (is_big_endian_) return load_big(bytes);
    if (bytes.size() == 4) return load_as<std::uint32_t>(bytes);
    if (bytes.size() == 8) return load_as<std::uint64_t>(bytes);
    return load_host(bytes);
  }

  std::uint32_t bit_offset_;
  std::uint32_t bit_size_;
  bool is_big_endian_;
  Wide sign_ = 0;
};

std::partial_ordering order_of(Wide a, Wide b) {
  if (a == b) return std::partial_ordering::equivalent;
  return a < b ? std::partial_ordering::less : std::partial_ordering::greater;
}

double load_float(ByteView bytes) {
  return bytes.size() == sizeof(float) ? double{load_as<float>(bytes)} : load_as<double>(bytes);
}

std::string_view load_text(ByteView bytes) {
  const auto* const begin = reinterpret_cast<const char*>(bytes.data());
  return {begin, strnlen(begin, bytes.size())};
}

std::partial_ordering order_of(ByteView a, ByteView b) {
  return std::memcmp(a.data(), b.data(), std::min(a.size(), b.size())) <=> 0;
}

/// Orders prefixes by the bits that the trie compares, then by the number of bits.
std::partial_ordering order_of_prefixes(ByteView a, ByteView b) {
  const std::partial_ordering data = order_of(a.subspan(4), b.subspan(4));
  return data != 0 ? data : prefix_length(a) <=> prefix_length(b);
}

bool satisfies(Comparator comparator, std::partial_ordering order) {
  // A NaN differs from everything.
  if (order == std::partial_ordering::unordered) return comparator == Comparator::not_equal;
  const Comparator seen = order < 0    ? Comparator::less
                          : order == 0 ? Comparator::equal
                                       : Comparator::greater;
  return (static_cast<unsigned>(comparator) & static_cast<unsigned>(seen)) != 0;
}

Condition compared_as_a_whole(const Operand& operand, Comparator comparator,
                              std::string_view text) {
  Bytes constant = constant_of(operand, text);
  Bytes mask = bits_that_count(operand, text, constant);
  const auto differs = [slice = operand.slice, constant = std::move(constant),
                        mask = std::move(mask)](EntryView entry) {
    const ByteView bytes = slice(entry);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      if (((bytes[i] ^ constant[i]) & mask[i]) != std::byte{0}) return true;
    return false;
  };
  if (comparator == Comparator::not_equal) return differs;
  return [differs](EntryView entry) { return !differs(entry); };
}

Condition compared_as_bytes(const Operand& operand, Comparator comparator, Bytes constant) {
  return [slice = operand.slice, comparator, constant = std::move(constant)](EntryView entry) {
    return satisfies(comparator, order_of(slice(entry), ByteView{constant}));
  };
}

Condition compared_as_text(const Operand& operand, Comparator comparator, Bytes constant) {
  std::string text{load_text(constant)};
  // Only hex:… can set bytes after the end of the text, and then they are compared too.
  if (!all_zero(ByteView{constant}.subspan(text.size())))
    return compared_as_bytes(operand, comparator, std::move(constant));
  return [slice = operand.slice, comparator, text = std::move(text)](EntryView entry) {
    return satisfies(comparator, load_text(slice(entry)) <=> text);
  };
}

std::string called(const Layout& type) {
  if (type.prefix) return "keys of LPM tries";
  if (type.kind == Kind::array) return "arrays";
  if (type.kind == Kind::union_) return "unions";
  if (type.kind == Kind::structure) return "structs";
  return fmt::format("values of type {}", type_text(type));
}

std::vector<Remedy> ask_for_parts(const Operand& operand) {
  if (operand.type().kind == Kind::array)
    return {fmt::format("ask for an element: {}[0]", operand.name)};
  if (!is_composite(operand.type())) return {};
  std::vector<std::string> names = field_names(operand.type());
  if (names.empty()) return {};
  for (std::string& name : names) name = fmt::format("{}.{}", operand.name, name);
  return {"ask for a field: " + name_list(names)};
}

bool asks_for_order(Comparator comparator) {
  return comparator != Comparator::equal && comparator != Comparator::not_equal;
}

void check_orderable(const Operand& operand, Comparator comparator) {
  const Nature nature = nature_of(operand.type());
  if (!asks_for_order(comparator) || (nature != Nature::compound && nature != Nature::prefix))
    return;
  std::vector<Remedy> fix = ask_for_parts(operand);
  if (nature == Nature::prefix) fix.insert(fix.begin(), "ask what lies in one: in 10.0.0.0/8");
  refuse_operand(operand,
                 called(operand.type()) + " are only compared with = and !=", std::move(fix));
}

}  // namespace

Condition compared_with(const Operand& operand, Comparator comparator, std::string_view text) {
  check_orderable(operand, comparator);
  const Nature nature = nature_of(operand.type());
  if (nature == Nature::compound) return compared_as_a_whole(operand, comparator, text);
  Bytes constant = constant_of(operand, text);
  const Slice slice = operand.slice;
  switch (nature) {
    case Nature::number: {
      const NumberReader read{operand};
      return [slice, comparator, read, number = read(constant)](EntryView entry) {
        return satisfies(comparator, order_of(read(slice(entry)), number));
      };
    }
    case Nature::floating:
      return [slice, comparator, number = load_float(constant)](EntryView entry) {
        return satisfies(comparator, load_float(slice(entry)) <=> number);
      };
    case Nature::text:
      return compared_as_text(operand, comparator, std::move(constant));
    case Nature::bytes:
    case Nature::prefix:
    case Nature::compound:
      break;
  }
  return compared_as_bytes(operand, comparator, std::move(constant));
}

Condition fits_pattern(const Operand& operand, const std::string& pattern) {
  const Slice slice = operand.slice;
  if (operand.type().kind == Kind::text) {
    return [slice, pattern](EntryView entry) {
      thread_local std::string text;
      text = load_text(slice(entry));
      return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    };
  }
  const bool is_key = operand.is_whole && operand.slice.in_key;
  return [slice, pattern, is_key, member = operand.member](EntryView entry) {
    thread_local std::string text;
    text.clear();
    TextWriter writer{text};
    is_key ? decode_key(member.type, slice(entry), writer)
           : decode_member(member, slice(entry), writer);
    return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
  };
}

Condition is_true(const Operand& operand) {
  if (operand.type().kind != Kind::boolean)
    refuse_operand(
        operand,
        fmt::format("it is no bool but {}, so it has to be compared", type_text(operand.type())),
        {fmt::format("such as {} = …", operand.name)});
  return [slice = operand.slice, read = NumberReader{operand}](EntryView entry) {
    return read(slice(entry)) != 0;
  };
}

Order order_by(const Operand& operand) {
  const Slice slice = operand.slice;
  switch (nature_of(operand.type())) {
    case Nature::number:
      return [slice, read = NumberReader{operand}](EntryView a, EntryView b) {
        return order_of(read(slice(a)), read(slice(b)));
      };
    case Nature::floating:
      return [slice](EntryView a, EntryView b) {
        return load_float(slice(a)) <=> load_float(slice(b));
      };
    case Nature::text:
      return [slice](EntryView a, EntryView b) -> std::partial_ordering {
        return load_text(slice(a)) <=> load_text(slice(b));
      };
    case Nature::bytes:
      return [slice](EntryView a, EntryView b) { return order_of(slice(a), slice(b)); };
    case Nature::prefix:
      return [slice](EntryView a, EntryView b) { return order_of_prefixes(slice(a), slice(b)); };
    case Nature::compound:
      break;
  }
  refuse_operand(operand, called(operand.type()) + " have no order", ask_for_parts(operand));
}

}  // namespace mapctl
