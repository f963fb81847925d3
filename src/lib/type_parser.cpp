// Reading types; type_text.cpp writes them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "enum_names.hpp"
#include "mapctl/error.hpp"
#include "mapctl/suggest.hpp"
#include "mapctl/type_text.hpp"

namespace mapctl {

namespace {

constexpr std::uint32_t max_type_size = 1U << 30;

struct NamedType {
  std::string_view name;
  Kind kind;
  std::uint32_t size;
  bool is_signed = false;
};

constexpr std::array named_types{
    NamedType{"u8", Kind::integer, 1},        NamedType{"u16", Kind::integer, 2},
    NamedType{"u32", Kind::integer, 4},       NamedType{"u64", Kind::integer, 8},
    NamedType{"u128", Kind::integer, 16},     NamedType{"s8", Kind::integer, 1, true},
    NamedType{"s16", Kind::integer, 2, true}, NamedType{"s32", Kind::integer, 4, true},
    NamedType{"s64", Kind::integer, 8, true}, NamedType{"s128", Kind::integer, 16, true},
    NamedType{"be16", Kind::big_endian, 2},   NamedType{"be32", Kind::big_endian, 4},
    NamedType{"be64", Kind::big_endian, 8},   NamedType{"f32", Kind::floating, 4},
    NamedType{"f64", Kind::floating, 8},      NamedType{"bool", Kind::boolean, 1},
    NamedType{"ptr", Kind::pointer, 8},       NamedType{"ipv4", Kind::ipv4, 4},
    NamedType{"ipv6", Kind::ipv6, 16},        NamedType{"mac", Kind::mac, 6}};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::uint32_t round_up(std::uint32_t value, std::uint32_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

/// As C aligns: a scalar to its size, an aggregate to its largest part.
std::uint32_t alignment_of(const Layout& layout) {
  switch (layout.kind) {
    case Kind::text:
    case Kind::bytes:
    case Kind::ipv6:
    case Kind::mac:
    case Kind::untyped:
    case Kind::reserved:
      return 1;
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

Layout cidr(std::uint32_t bits) {
  const bool is_v4 = bits == 32;
  const Layout address{.kind = is_v4 ? Kind::ipv4 : Kind::ipv6, .size = bits / 8};
  Layout layout{.kind = Kind::structure,
                .size = 4 + bits / 8,
                .name = is_v4 ? "struct cidr4" : "struct cidr6"};
  layout.members = {{.name = "prefixlen", .type = {.kind = Kind::integer, .size = 4}},
                    {.name = "addr", .type = address, .bit_offset = 32}};
  mark_prefix_key(layout);
  return layout;
}

/// Reads one type by recursive descent; every failure names the text around it.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  Layout whole() {
    const bool is_size =
        !text_.empty() && text_.find_first_not_of("0123456789 ") == std::string_view::npos;
    Layout layout = is_size ? untyped_layout(number("a size in bytes", max_type_size)) : type(0);
    skip_space();
    if (at_ < text_.size()) fail(fmt::format("'{}' is too much", text_.substr(at_)));
    if (is_size && layout.size == 0) fail("a size of 0 bytes holds nothing");
    return layout;
  }

 private:
  [[noreturn]] void fail(const std::string& reason, std::vector<std::string> fix = {}) const {
    if (fix.empty())
      fix.emplace_back(
          "types look like u32, ipv4, cidr4, char[16], u16[4], {name:TYPE,…}, or a size in bytes");
    throw BadInput(fmt::format("cannot read the type '{}': {}", text_, reason), std::move(fix));
  }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  bool take(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c, std::string_view where) {
    if (!take(c)) fail(fmt::format("expected '{}' {}", c, where));
  }

  std::string_view word() {
    skip_space();
    const std::size_t start = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }

  std::uint32_t number(std::string_view what, std::uint32_t limit) {
    const std::string_view digits = word();
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || end != digits.data() + digits.size())
      fail(fmt::format("'{}' is not {}", digits, what));
    if (error != std::errc{} || value > limit) fail(fmt::format("{} is over {}", digits, limit));
    return value;
  }

  Layout type(unsigned depth) {
    if (depth > 16) fail("it is nested too deeply");
    Layout layout = base(depth);
    std::vector<std::uint32_t> counts;
    while (take('[')) {
      counts.push_back(number("a number of elements", max_type_size));
      if (counts.back() == 0) fail("an array of 0 elements holds nothing");
      expect(']', "after the number of elements");
    }
    // In C the last bracket is the innermost array.
    for (auto count = counts.rbegin(); count != counts.rend(); ++count)
      layout = array_of(std::move(layout), *count);
    if (is_char_) fail("a single char is a number: use u8 or s8, or char[N] for text");
    return layout;
  }

  Layout array_of(Layout element, std::uint32_t count) {
    if (std::uint64_t{element.size} * count > max_type_size)
      fail(fmt::format("it is larger than {} bytes", max_type_size));
    const std::uint32_t size = element.size * count;
    if (std::exchange(is_char_, false)) return {.kind = Kind::text, .size = size};
    if (element.kind == Kind::integer && element.size == 1 && !element.is_signed)
      return bytes_layout(size);
    Layout layout{.kind = Kind::array, .size = size};
    layout.count = count;
    layout.element = std::make_shared<const Layout>(std::move(element));
    return layout;
  }

  Layout base(unsigned depth) {
    if (take('{')) return composite(Kind::structure, depth);
    const std::string_view name = word();
    if (name == "union" && take('{')) return composite(Kind::union_, depth);
    if (name.starts_with("enum") && take('{')) return enumeration(name);
    if (name == "cidr4") return cidr(32);
    if (name == "cidr6") return cidr(128);
    if (name == "char") {
      is_char_ = true;
      return {.kind = Kind::integer, .size = 1};
    }
    const auto found = std::ranges::find(named_types, name, &NamedType::name);
    if (found == named_types.end()) unknown(name);
    return {.kind = found->kind, .size = found->size, .is_signed = found->is_signed};
  }

  [[noreturn]] void unknown(std::string_view name) const {
    if (name.empty())
      fail(at_ == text_.size() ? "it ends where a type should stand"
                               : fmt::format("'{}' is not a type", text_.substr(at_)));
    std::vector<std::string> names{"cidr4", "cidr6", "char"};
    for (const NamedType& type : named_types) names.emplace_back(type.name);
    std::vector<std::string> fix;
    if (const auto near = closest(name, names))
      fix.push_back(fmt::format("did you mean '{}'?", *near));
    fix.push_back(fmt::format("types are {}, char[N], TYPE[N], {{name:TYPE,…}}, or a size in bytes",
                              fmt::join(names, ", ")));
    fail(fmt::format("there is no type '{}'", name), std::move(fix));
  }

  Layout composite(Kind kind, unsigned depth) {
    Layout layout{.kind = kind};
    std::uint64_t bits = 0;  // of the members so far
    do {
      Member member = this->member(layout, depth);
      place(member, kind == Kind::union_ ? 0 : bits);
      const std::uint32_t size = member.bit_size != 0 ? member.bit_size : member.type.size * 8;
      bits = std::max(bits, std::uint64_t{member.bit_offset} + size);
      if (bits / 8 > max_type_size) fail(fmt::format("it is larger than {} bytes", max_type_size));
      layout.members.push_back(std::move(member));
    } while (take(','));
    expect('}', "at the end of the members");
    layout.size = round_up(static_cast<std::uint32_t>((bits + 7) / 8), alignment_of(layout));
    return layout;
  }

  Member member(const Layout& parent, unsigned depth) {
    Member member{.name = member_name()};
    if (std::ranges::find(parent.members, member.name, &Member::name) != parent.members.end() &&
        !member.name.empty())
      fail(fmt::format("there are two members called '{}'", member.name));
    if (!member.name.empty()) expect(':', fmt::format("after '{}'", member.name));
    member.type = type(depth + 1);
    if (take(':')) member.bit_size = bit_size(member.type);
    return member;
  }

  /// Empty where an anonymous struct or union stands.
  std::string member_name() {
    const std::size_t start = at_;
    std::string name{word()};
    skip_space();
    const bool opens = at_ < text_.size() && text_[at_] == '{';
    if (name.empty() && !opens) fail("expected the name of a member: {name:TYPE,…}");
    if (!opens) return name;
    at_ = start;
    return {};
  }

  std::uint32_t bit_size(const Layout& type) {
    const bool can =
        type.kind == Kind::integer || type.kind == Kind::enumeration || type.kind == Kind::boolean;
    if (!can) fail(fmt::format("{} cannot be a bitfield", type_text(type)));
    const std::uint32_t bits = number("a number of bits", type.size * 8);
    if (bits == 0) fail("a bitfield of 0 bits holds nothing");
    return bits;
  }

  /// Where the C compilers of Linux put the next member.
  static void place(Member& member, std::uint64_t bits) {
    const std::uint32_t unit =
        member.bit_size != 0 ? member.type.size * 8 : alignment_of(member.type) * 8;
    const bool fits = member.bit_size != 0 && bits % unit + member.bit_size <= unit;
    member.bit_offset = static_cast<std::uint32_t>(fits ? bits : (bits + unit - 1) / unit * unit);
  }

  Layout enumeration(std::string_view name) {
    Layout layout{.kind = Kind::enumeration, .size = enum_size(name)};
    do {
      const std::string label{word()};
      if (label.empty()) fail("expected a name: enum{name=NUMBER,…}");
      expect('=', fmt::format("after '{}'", label));
      const bool is_negative = take('-');
      layout.is_signed = layout.is_signed || is_negative;
      const std::uint64_t value = enum_value();
      layout.enumerators.push_back({label, {}, is_negative ? ~value + 1 : value});
    } while (take(','));
    expect('}', "at the end of the names");
    set_short_names(layout.enumerators, {});
    return layout;
  }

  std::uint32_t enum_size(std::string_view name) const {
    if (name == "enum" || name == "enum32") return 4;
    if (name == "enum8") return 1;
    if (name == "enum16") return 2;
    if (name == "enum64") return 8;
    fail(fmt::format("there is no '{}'", name),
         {"enums are enum, enum8, enum16, enum32 and enum64"});
  }

  std::uint64_t enum_value() {
    const std::string_view digits = word();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
      fail(fmt::format("'{}' is not a number", digits));
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_char_ = false;  ///< the base type was `char`, which only makes sense as char[N]
};

}  // namespace

Layout parse_type(std::string_view text) { return TypeParser(text).whole(); }

}  // namespace mapctl
