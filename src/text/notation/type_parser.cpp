// Reads types by recursive descent; type_text.cpp writes them.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <unordered_set>
#include <utility>

#include "map/error/printable.hpp"
#include "mapctl/text/type_text.hpp"
#include "text/layout/enumerators.hpp"
#include "text/layout/fields.hpp"
#include "text/layout/known_names.hpp"
#include "text/literal/scalar.hpp"
#include "text/literal/suggest.hpp"
#include "text/notation/type_cursor.hpp"

namespace mapctl {
namespace {

/// The largest value that any map takes.
constexpr std::uint32_t max_untyped_size = std::numeric_limits<std::int32_t>::max();

struct NamedType {
  std::string_view name;
  Kind kind;
  std::uint32_t size;
  bool is_signed = false;
};

constexpr NamedType named_types[] = {{"u8", Kind::integer, 1},
                                     {"u16", Kind::integer, 2},
                                     {"u32", Kind::integer, 4},
                                     {"u64", Kind::integer, 8},
                                     {"u128", Kind::integer, 16},
                                     {"s8", Kind::integer, 1, true},
                                     {"s16", Kind::integer, 2, true},
                                     {"s32", Kind::integer, 4, true},
                                     {"s64", Kind::integer, 8, true},
                                     {"s128", Kind::integer, 16, true},
                                     {"be16", Kind::big_endian, 2},
                                     {"be32", Kind::big_endian, 4},
                                     {"be64", Kind::big_endian, 8},
                                     {"f32", Kind::floating, 4},
                                     {"f64", Kind::floating, 8},
                                     {"bool", Kind::boolean, 1},
                                     {"ptr", Kind::pointer, 8},
                                     {"ipv4", Kind::ipv4, 4},
                                     {"ipv6", Kind::ipv6, 16},
                                     {"ip", Kind::ip, 16},
                                     {"mac", Kind::mac, 6}};

/// C's names for the same, beside those of integers.
constexpr NamedType c_types[] = {
    {"__u8", Kind::integer, 1},          {"__u16", Kind::integer, 2},
    {"__u32", Kind::integer, 4},         {"__u64", Kind::integer, 8},
    {"__s8", Kind::integer, 1, true},    {"__s16", Kind::integer, 2, true},
    {"__s32", Kind::integer, 4, true},   {"__s64", Kind::integer, 8, true},
    {"uint8_t", Kind::integer, 1},       {"uint16_t", Kind::integer, 2},
    {"uint32_t", Kind::integer, 4},      {"uint64_t", Kind::integer, 8},
    {"int8_t", Kind::integer, 1, true},  {"int16_t", Kind::integer, 2, true},
    {"int32_t", Kind::integer, 4, true}, {"int64_t", Kind::integer, 8, true},
    {"size_t", Kind::integer, 8},        {"ssize_t", Kind::integer, 8, true},
    {"__be16", Kind::big_endian, 2},     {"__be32", Kind::big_endian, 4},
    {"__be64", Kind::big_endian, 8},     {"_Bool", Kind::boolean, 1},
    {"float", Kind::floating, 4},        {"double", Kind::floating, 8},
    {"in_addr", Kind::ipv4, 4},          {"in6_addr", Kind::ipv6, 16},
    {"struct in_addr", Kind::ipv4, 4},   {"struct in6_addr", Kind::ipv6, 16}};

std::optional<Layout> named_layout(std::string_view name) {
  for (const auto types : std::initializer_list<std::span<const NamedType>>{named_types, c_types})
    if (const auto found = std::ranges::find(types, name, &NamedType::name); found != types.end())
      return Layout{.kind = found->kind, .size = found->size, .is_signed = found->is_signed};
  return std::nullopt;
}

bool is_c_word(std::string_view word) {
  return word == "unsigned" || word == "signed" || word == "char" || word == "short" ||
         word == "int" || word == "long" || word == "__int128";
}

bool is_tag(std::string_view word) {
  return word == "struct" || word == "union" || word.starts_with("enum");
}

Layout cidr(std::string_view name, std::string_view address) {
  Layout layout = parse_type(fmt::format("struct {}{{prefixlen:u32,addr:{}}}", name, address));
  mark_prefix_key(layout);
  return layout;
}

class TypeParser : TypeCursor {
 public:
  TypeParser(std::string_view text, const FindType& find) : TypeCursor(text), find_(find) {}

  Layout whole() {
    const bool is_size =
        !text_.empty() && text_.find_first_not_of("0123456789 ") == std::string_view::npos;
    Layout layout = is_size ? untyped_layout(number("a size in bytes", max_untyped_size)) : type(0);
    if (!at_end()) fail(quote(rest()) + " is too much");
    if (is_size && layout.size == 0) fail("a size of 0 bytes holds nothing");
    return layout;
  }

 private:
  Layout type(unsigned depth) {
    check_depth(depth);
    Layout layout = base(depth);
    std::vector<std::uint32_t> counts;
    while (accept('[')) {
      check_depth(depth + counts.size());
      counts.push_back(number("a number of elements", max_typed_size));
      if (counts.back() == 0) fail("an array of 0 elements holds nothing");
      expect(']', "after the number of elements");
    }
    // In C the last bracket is the innermost array.
    for (auto count = counts.rbegin(); count != counts.rend(); ++count)
      layout = array_of(std::move(layout), *count);
    if (layout.size == 0) fail("a string has a size: string[16]");
    is_char_ = false;
    return layout;
  }

  void check_depth(std::size_t depth) const {
    if (depth > 16) fail("it is nested too deeply");
  }

  void check_size(std::uint64_t bytes) const {
    if (bytes > max_typed_size) fail(fmt::format("it is larger than {} bytes", max_typed_size));
  }

  Layout array_of(Layout element, std::uint32_t count) {
    check_size(std::uint64_t{element.size} * count);
    if (std::exchange(is_char_, false)) return {.kind = Kind::text, .size = count};
    const std::uint32_t size = element.size * count;
    if (element.kind == Kind::integer && element.size == 1 && !element.is_signed)
      return bytes_layout(size);
    return {.kind = Kind::array,
            .size = size,
            .element = std::make_shared<const Layout>(std::move(element)),
            .count = count};
  }

  Layout base(unsigned depth) {
    if (accept('{')) return composite("struct", {}, depth);
    const std::string_view first = word();
    std::string name{first};
    if (is_tag(first)) {
      const std::string_view second = word();
      if (accept('{')) return braced(first, second, depth);
      if (!second.empty()) name.append(" ").append(second);
    }
    if (name == "cidr4") return cidr(name, "ipv4");
    if (name == "cidr6") return cidr(name, "ipv6");
    if (name == "cidr") return cidr(name, "ip");
    if (is_c_word(first)) return c_integer(first);
    is_char_ = name == "string";
    if (is_char_) return {};
    if (std::optional<Layout> reserved = reserved_layout(name)) {
      if (accept_place()) reserved->size = size(0);
      return *std::move(reserved);
    }
    if (std::optional<Layout> named = named_layout(name)) return *std::move(named);
    // A name that only the types of a program define: "struct flow", "rule_t".
    std::optional<Layout> defined = find_ && !name.empty() ? find_(name) : std::nullopt;
    if (!defined) unknown(name);
    return *std::move(defined);
  }

  /// Reads the other words of one of C's integers, which may stand in any order.
  Layout c_integer(std::string_view first) {
    std::vector<std::string_view> words{first};
    std::size_t end = at_;
    for (std::string_view next; is_c_word(next = word()); end = at_) words.push_back(next);
    at_ = end;
    const auto count = [&](std::string_view word) { return std::ranges::count(words, word); };
    const auto is_char = count("char"), is_short = count("short"), longs = count("long"),
               is_wide = count("__int128"), is_unsigned = count("unsigned");
    const bool has_size = is_char + is_wide > 0;
    if (is_unsigned + count("signed") > 1 || is_char + is_short + is_wide + (longs > 0) > 1 ||
        longs > 2 || count("int") + has_size > 1)
      fail(fmt::format("C has no type '{}'", fmt::join(words, " ")));
    is_char_ = is_char > 0 && is_unsigned == 0;
    const std::uint32_t size = is_char > 0    ? 1
                               : is_short > 0 ? 2
                               : longs > 0    ? 8
                               : is_wide > 0  ? 16
                                              : 4;
    return {.kind = Kind::integer, .size = size, .is_signed = is_unsigned == 0};
  }

  /// Reads the braces after `struct`, `union NAME`, `enum8`, ….
  Layout braced(std::string_view tag, std::string_view name, unsigned depth) {
    return tag.starts_with("enum") ? enumeration(tag, name) : composite(tag, name, depth);
  }

  [[noreturn]] void unknown(std::string_view name) {
    if (name.empty())
      fail(at_end() ? "it ends where a type should stand" : quote(rest()) + " is not a type");
    std::vector<std::string> names{"cidr4", "cidr6", "cidr", "char"};
    for (const NamedType& type : named_types) names.emplace_back(type.name);
    const std::string known = fmt::format("{}", fmt::join(names, ", "));
    for (const NamedType& type : c_types) names.emplace_back(type.name);
    for (std::string& reserved : reserved_names()) names.push_back(std::move(reserved));
    std::vector<Remedy> fix = suggestion(name, names);
    fix.push_back(
        fmt::format("types are {}, char[N], TYPE[N], {{name:TYPE,…}}, C's names such as "
                    "unsigned int or __u32, or a size in bytes",
                    known));
    fail("there is no type " + quote(name), std::move(fix));
  }

  // Members

  Layout composite(std::string_view tag, std::string_view name, unsigned depth) {
    Layout layout{.kind = tag == "union" ? Kind::union_ : Kind::structure};
    if (!name.empty()) layout.name = fmt::format("{} {}", tag, name);
    std::uint64_t bits = 0;  // size of the members so far
    std::unordered_set<std::string> names;
    do {
      Member member = this->member(names, depth, layout.kind == Kind::union_ ? 0 : bits);
      bits = std::max(bits, std::uint64_t{member.bit_offset} + bit_width(member));
      check_size(bits / 8);
      layout.members.push_back(std::move(member));
    } while (accept(','));
    expect('}', "at the end of the members");
    layout.size = natural_size(layout, bits);
    if (accept_place()) layout.size = size(bits);
    return layout;
  }

  /// `taken` are the names of the members before, and gets those of this one.
  Member member(std::unordered_set<std::string>& taken, unsigned depth, std::uint64_t bits) {
    Member member{.name = member_name()};
    const bool is_placed = accept_place();
    std::uint64_t offset = is_placed ? this->offset(bits) : 0;
    if (!member.name.empty() || is_placed) expect(':', "after " + quote(member.name));
    member.type = type(depth + 1);
    take_names(taken, member);
    if (accept(':')) member.bit_size = bit_size(member.type);
    if (!is_placed) offset = natural_offset(member, bits);
    check_size(offset / 8);
    if (member.bit_size == 0 && offset % 8 != 0)
      fail(quote(member.name) + " does not begin with a byte, as only a bitfield can");
    member.bit_offset = static_cast<std::uint32_t>(offset);
    if (!member.name.empty() && accept('@')) member.role = role();
    return member;
  }

  /// The members of an unnamed struct or union belong to the parent.
  void take_names(std::unordered_set<std::string>& taken, const Member& member) const {
    const std::vector<std::string> names =
        member.name.empty() ? field_names(member.type) : std::vector{member.name};
    for (const std::string& name : names)
      if (!taken.insert(name).second) fail("there are two members called " + quote(name));
  }

  /// Empty for an anonymous struct or union.
  std::string member_name() {
    const std::size_t start = at_;
    std::string name{word()};
    // Names of static variables in functions have two parts: "count.seen".
    while (!name.empty() && accept_at_once('.')) name.append(".").append(word());
    const char next = peek();
    if (name.empty() && next != '{' && next != '@')
      fail("expected the name of a member: {name:TYPE,…}");
    const bool is_type =
        next == '{' || ((name == "struct" || name == "union") && next != ':' && next != '@');
    if (is_type) {
      at_ = start;
      return {};
    }
    if (!name.empty()) check_name(name);
    return name;
  }

  std::uint32_t bit_size(const Layout& type) {
    const bool can =
        type.kind == Kind::integer || type.kind == Kind::enumeration || type.kind == Kind::boolean;
    if (!can) fail(excerpt(type_text(type)) + " cannot be a bitfield");
    const std::uint32_t bits = number("a number of bits", type.size * 8);
    if (bits == 0) fail("a bitfield of 0 bits holds nothing");
    return bits;
  }

  /// Reads the offset of a member that C would put elsewhere: BYTE or BYTE.BIT.
  std::uint64_t offset(std::uint64_t bits) {
    std::uint64_t offset = std::uint64_t{number("an offset in bytes", max_typed_size)} * 8;
    if (accept_at_once('.')) offset += number("a bit of a byte", 7);
    if (offset < bits) fail(fmt::format("byte {} belongs to the member before", offset / 8));
    return offset;
  }

  /// Reads the size of a type that C would make larger or smaller.
  std::uint32_t size(std::uint64_t bits) {
    const std::uint32_t size = number("a size in bytes", max_typed_size);
    if (size == 0 || std::uint64_t{size} * 8 < bits)
      fail(fmt::format("{} bytes do not hold it", size));
    return size;
  }

  Role role() {
    const std::string_view name = word();
    if (const std::optional<Role> role = role_called(name)) return *role;
    fail(quote(name) + " is nothing that a member can be",
         {fmt::format("after @ may stand {}", fmt::join(role_names(), ", "))});
  }

  // Enums

  Layout enumeration(std::string_view tag, std::string_view name) {
    Layout layout{.kind = Kind::enumeration, .size = enum_size(tag)};
    if (!name.empty()) layout.name = fmt::format("enum {}", name);
    std::vector<Number> numbers;
    std::unordered_set<std::string> names;
    do {
      layout.enumerators.push_back({enumerator_name(names), {}, 0});
      numbers.push_back(enum_number(layout.enumerators.back().name));
    } while (accept(','));
    expect('}', "at the end of the names");
    layout.is_signed = std::ranges::any_of(numbers, &Number::negative);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      layout.enumerators[i].value = enum_value(layout, layout.enumerators[i].name, numbers[i]);
    set_short_names(layout.enumerators, name);
    return layout;
  }

  std::uint32_t enum_size(std::string_view tag) const {
    if (tag == "enum" || tag == "enum32") return 4;
    if (tag == "enum8") return 1;
    if (tag == "enum16") return 2;
    if (tag == "enum64") return 8;
    fail("there is no " + quote(tag), {"enums are enum, enum8, enum16, enum32 and enum64"});
  }

  std::string enumerator_name(std::unordered_set<std::string>& taken) {
    std::string name{word()};
    if (name.empty()) fail("expected a name: enum{name=NUMBER,…}");
    if (!taken.insert(name).second) fail("there are two names " + quote(name));
    check_name(name);
    return name;
  }

  Number enum_number(const std::string& name) {
    expect('=', "after " + quote(name));
    const bool is_negative = accept('-');
    const std::string digits = fmt::format("{}{}", is_negative ? "-" : "", word());
    const std::optional<Number> number = parse_number(digits);
    if (!number) fail(quote(digits) + " is not a number");
    return *number;
  }

  std::uint64_t enum_value(const Layout& layout, const std::string& name,
                           const Number& number) const {
    const unsigned bits = layout.size * 8;
    const std::optional<Wide> value = fit(number, bits, layout.is_signed);
    if (!value)
      fail(fmt::format("the value of {} does not fit an enum of {} bits: {}", quote(name), bits,
                       range_text(bits, layout.is_signed)));
    return static_cast<std::uint64_t>(layout.is_signed ? sign_extend(*value, bits) : *value);
  }

  const FindType& find_;
  bool is_char_ = false;  ///< the base type was `char` or `string`: an array of it is a text
};

}  // namespace

Layout parse_type(std::string_view text, const FindType& find) {
  return TypeParser(text, find).whole();
}

}  // namespace mapctl
