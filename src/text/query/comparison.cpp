#include "text/query/comparison.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cstring>
#include <memory>
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
#include "text/query/amount.hpp"

namespace mapctl {
namespace {

/// Reads integers of up to 128 bits as unsigned numbers in the same order. Of a bool, any number
/// but 0 is true.
class NumberReader {
 public:
  explicit NumberReader(const Operand& operand)
      : bit_offset_(operand.member.bit_offset),
        bit_size_(operand.member.bit_size),
        is_big_endian_(operand.type().kind == Kind::big_endian),
        is_boolean_(operand.type().kind == Kind::boolean) {
    const unsigned width = operand.is_bitfield() ? bit_size_ : operand.slice.size * 8;
    if (operand.type().is_signed) sign_ = Wide{1} << (width - 1);
  }

  Wide operator()(ByteView bytes) const {
    const Wide number = load(bytes) ^ sign_;
    return is_boolean_ ? Wide{number != 0} : number;
  }

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
  bool is_boolean_;
  Wide sign_ = 0;
};

constexpr auto load_float = [](ByteView bytes) {
  return bytes.size() == sizeof(float) ? double{load_as<float>(bytes)} : load_as<double>(bytes);
};

constexpr auto load_text = [](ByteView bytes) -> std::string_view {
  const auto* const begin = reinterpret_cast<const char*>(bytes.data());
  return {begin, strnlen(begin, bytes.size())};
};

/// Bytes in the order of the first that differs; then the number decides.
struct Sequence {
  ByteView bytes;
  std::uint32_t number = 0;

  std::partial_ordering operator<=>(const Sequence& other) const {
    const int order = std::memcmp(bytes.data(), other.bytes.data(), bytes.size());
    return order != 0 ? order <=> 0 : number <=> other.number;
  }
};

constexpr auto load_bytes = [](ByteView bytes) { return Sequence{bytes}; };

/// Orders prefixes by the bits that the trie compares, then by the number of bits.
constexpr auto load_prefix = [](ByteView key) {
  return Sequence{key.subspan(4), prefix_length(key)};
};

/// Calls `use` with the function that reads the field as something that has an order. The result is
/// empty if values of its type have none: they can only be equal or not.
template <typename Use>
auto with_reader(const Operand& operand, Use use) -> decltype(use(load_text)) {
  const Layout& type = operand.type();
  if (type.prefix) return use(load_prefix);
  switch (type.kind) {
    case Kind::integer:
    case Kind::big_endian:
    case Kind::enumeration:
    case Kind::boolean:
    case Kind::pointer:
      return use(NumberReader{operand});
    case Kind::untyped:
      return has_integer_size(type.size) ? use(NumberReader{operand}) : use(load_bytes);
    case Kind::floating:
      return type.size == 4 || type.size == 8 ? use(load_float) : nullptr;
    case Kind::text:
      return use(load_text);
    case Kind::ipv4:
    case Kind::ipv6:
    case Kind::ip:
    case Kind::mac:
    case Kind::bytes:
      return use(load_bytes);
    case Kind::array:
    case Kind::structure:
    case Kind::union_:
    case Kind::reserved:
      break;
  }
  return nullptr;
}

/// Empty if values of that type have no order.
Order order_of(const Operand& operand) {
  return with_reader(operand, [&](auto read) -> Order {
    return [slice = operand.slice, read](EntryView a, EntryView b) {
      return std::partial_ordering{read(slice(a)) <=> read(slice(b))};
    };
  });
}

bool satisfies(Comparator comparator, std::partial_ordering order) {
  // A NaN differs from everything.
  if (order == std::partial_ordering::unordered) return comparator == Comparator::not_equal;
  const Comparator seen = order < 0    ? Comparator::less
                          : order == 0 ? Comparator::equal
                                       : Comparator::greater;
  return (static_cast<unsigned>(comparator) & static_cast<unsigned>(seen)) != 0;
}

template <typename Read>
Condition compared_by(Read read, const Operand& operand, Comparator comparator, Bytes constant) {
  const auto shared = std::make_shared<const Bytes>(std::move(constant));
  return [slice = operand.slice, comparator, read, shared, value = read(*shared)](EntryView entry) {
    return satisfies(comparator, read(slice(entry)) <=> value);
  };
}

Condition compared_as_a_whole(const Operand& operand, Comparator comparator, Bytes constant,
                              Bytes mask) {
  return [slice = operand.slice, is_equal = comparator == Comparator::equal,
          constant = std::move(constant), mask = std::move(mask)](EntryView entry) {
    const ByteView bytes = slice(entry);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      if (((bytes[i] ^ constant[i]) & mask[i]) != std::byte{0}) return !is_equal;
    return is_equal;
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

void check_orderable(const Operand& operand, Comparator comparator) {
  const bool is_prefix = operand.type().prefix.has_value();
  if (comparator == Comparator::equal || comparator == Comparator::not_equal) return;
  if (!is_prefix && order_of(operand)) return;
  std::vector<Remedy> fix = ask_for_parts(operand);
  if (is_prefix) fix.insert(fix.begin(), "ask what lies in one: in 10.0.0.0/8");
  refuse_operand(operand,
                 called(operand.type()) + " are only compared with = and !=", std::move(fix));
}

/// Bytes after the end of a text count in keys, as they tell entries apart. In a value only hex:…
/// can set them, and then they are compared too.
bool is_more_than_text(const Operand& operand, ByteView constant) {
  return operand.type().kind == Kind::text &&
         (operand.slice.in_key || !all_zero(constant.subspan(load_text(constant).size())));
}

}  // namespace

Condition compared_with(const Operand& operand, Comparator comparator, std::string_view text) {
  check_orderable(operand, comparator);
  const std::optional<std::string> computed = computed_constant(operand, text);
  const Bytes constant = constant_of(operand, computed ? std::string_view{*computed} : text);
  if (is_more_than_text(operand, constant))
    return compared_by(load_bytes, operand, comparator, constant);
  if (Condition condition = with_reader(operand, [&](auto read) -> Condition {
        return compared_by(read, operand, comparator, constant);
      }))
    return condition;
  return compared_as_a_whole(operand, comparator, constant,
                             bits_that_count(operand, text, constant));
}

Condition fits_pattern(const Operand& operand, const std::string& pattern) {
  const Slice slice = operand.slice;
  if (operand.type().kind == Kind::text) {
    return [slice, pattern, member = operand.member](EntryView entry) {
      thread_local std::string text;
      const ByteView bytes = slice(entry);
      text = load_text(bytes);
      if (slice.in_key && !all_zero(bytes.subspan(text.size()))) {
        text.clear();
        TextWriter writer{text};
        decode_member(member, bytes, writer, Texts::exact);
      }
      return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    };
  }
  const bool is_key = operand.is_whole && operand.slice.in_key;
  const Texts texts = slice.in_key ? Texts::exact : Texts::to_nul;
  return [slice, pattern, is_key, texts, member = operand.member](EntryView entry) {
    thread_local std::string text;
    text.clear();
    TextWriter writer{text};
    is_key ? decode_key(member.type, slice(entry), writer)
           : decode_member(member, slice(entry), writer, texts);
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
  if (Order order = order_of(operand)) return order;
  refuse_operand(operand, called(operand.type()) + " have no order", ask_for_parts(operand));
}

}  // namespace mapctl
