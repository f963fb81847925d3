// Reading types; type_text.cpp writes them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "enum_names.hpp"
#include "fields.hpp"
#include "mapctl/error.hpp"
#include "mapctl/suggest.hpp"
#include "mapctl/text.hpp"
#include "mapctl/type_text.hpp"
#include "scalar.hpp"
#include "text_cursor.hpp"

namespace mapctl {

namespace {

/// The largest value that any map takes.
constexpr std::uint32_t max_untyped_size = std::numeric_limits<std::int32_t>::max();

/// The kernel's KSYM_NAME_LEN without the NUL; newer kernels take more.
constexpr std::size_t longest_name = 127;

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
  TypeParser(std::string_view text, const FindType& find) : text_(text), find_(find) {}

  Layout whole() {
    const bool is_size =
        !text_.empty() && text_.find_first_not_of("0123456789 ") == std::string_view::npos;
    Layout layout = is_size ? untyped_layout(number("a size in bytes", max_untyped_size)) : type(0);
    skip_space();
    if (at_ < text_.size()) fail(quote(text_.substr(at_)) + " is too much");
    if (is_size && layout.size == 0) fail("a size of 0 bytes holds nothing");
    return layout;
  }

 private:
  [[noreturn]] void fail(const std::string& reason, std::vector<std::string> fix = {}) const {
    if (fix.empty())
      fix.emplace_back(
          "types look like u32, ipv4, cidr4, char[16], u16[4], {name:TYPE,…}, or a size in bytes");
    throw BadInput(fmt::format("cannot read the type '{}': {}", surroundings(), reason),
                   std::move(fix));
  }

  /// The type, or of a long one the part that was read last.
  std::string surroundings() const {
    constexpr std::size_t before = 30;
    const std::size_t from = text_.size() > 2 * before && at_ > before ? at_ - before : 0;
    return (from > 0 ? "…" : "") + excerpt(text_.substr(from));
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
      fail(fmt::format("{} is not {}", quote(digits), what));
    if (error != std::errc{} || value > limit)
      fail(fmt::format("{} is over {}", excerpt(digits), limit));
    return value;
  }

  Layout type(unsigned depth) {
    if (depth > 16) fail("it is nested too deeply");
    Layout layout = base(depth);
    std::vector<std::uint32_t> counts;
    while (take('[')) {
      counts.push_back(number("a number of elements", max_typed_size));
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
    if (std::uint64_t{element.size} * count > max_typed_size)
      fail(fmt::format("it is larger than {} bytes", max_typed_size));
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
    if (found == named_types.end()) return c_type(name);
    return {.kind = found->kind, .size = found->size, .is_signed = found->is_signed};
  }

  /// "struct flow", "rule_t": what only a program's own types tell.
  Layout c_type(std::string_view word_before) {
    std::string name{word_before};
    const bool is_tag = name == "struct" || name == "union" || name == "enum";
    if (const std::string_view tagged = is_tag ? word() : std::string_view{}; !tagged.empty())
      name.append(" ").append(tagged);
    std::optional<Layout> found = find_ && !name.empty() ? find_(name) : std::nullopt;
    if (!found) unknown(name);
    return *std::move(found);
  }

  [[noreturn]] void unknown(std::string_view name) const {
    if (name.empty())
      fail(at_ == text_.size() ? "it ends where a type should stand"
                               : quote(text_.substr(at_)) + " is not a type");
    std::vector<std::string> names{"cidr4", "cidr6", "char"};
    for (const NamedType& type : named_types) names.emplace_back(type.name);
    std::vector<std::string> fix;
    if (const auto near = closest(name, names))
      fix.push_back(fmt::format("did you mean '{}'?", *near));
    fix.push_back(fmt::format("types are {}, char[N], TYPE[N], {{name:TYPE,…}}, or a size in bytes",
                              fmt::join(names, ", ")));
    fail("there is no type " + quote(name), std::move(fix));
  }

  Layout composite(Kind kind, unsigned depth) {
    Layout layout{.kind = kind};
    std::uint64_t bits = 0;  // of the members so far
    do {
      Member member = this->member(layout, depth);
      place(member, kind == Kind::union_ ? 0 : bits);
      const std::uint32_t size = member.bit_size != 0 ? member.bit_size : member.type.size * 8;
      bits = std::max(bits, std::uint64_t{member.bit_offset} + size);
      if (bits / 8 > max_typed_size)
        fail(fmt::format("it is larger than {} bytes", max_typed_size));
      layout.members.push_back(std::move(member));
    } while (take(','));
    expect('}', "at the end of the members");
    layout.size = round_up(static_cast<std::uint32_t>((bits + 7) / 8), alignment_of(layout));
    return layout;
  }

  Member member(const Layout& parent, unsigned depth) {
    Member member{.name = member_name()};
    if (!member.name.empty()) expect(':', "after " + quote(member.name));
    member.type = type(depth + 1);
    check_names(parent, member);
    if (take(':')) member.bit_size = bit_size(member.type);
    return member;
  }

  /// The members of one without a name count as the parent's.
  void check_names(const Layout& parent, const Member& member) const {
    const std::vector<std::string> names =
        member.name.empty() ? field_names(member.type) : std::vector{member.name};
    for (const std::string& name : names)
      if (find_field(parent, name)) fail("there are two members called " + quote(name));
  }

  /// Empty where an anonymous struct or union stands.
  std::string member_name() {
    const std::size_t start = at_;
    std::string name{word()};
    skip_space();
    const bool opens = at_ < text_.size() && text_[at_] == '{';
    if (name.empty() && !opens) fail("expected the name of a member: {name:TYPE,…}");
    if (!opens) return identifier(std::move(name));
    at_ = start;
    return {};
  }

  /// The kernel takes only names that C would.
  std::string identifier(std::string name) const {
    if (std::isdigit(static_cast<unsigned char>(name.front())) != 0)
      fail(quote(name) + " is not a name: names do not begin with a digit");
    if (name.size() > longest_name)
      fail(fmt::format("{} has more than {} characters", quote(name), longest_name));
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

  /// Where the C compilers of Linux put the next member.
  static void place(Member& member, std::uint64_t bits) {
    const std::uint32_t unit =
        member.bit_size != 0 ? member.type.size * 8 : alignment_of(member.type) * 8;
    const bool fits = member.bit_size != 0 && bits % unit + member.bit_size <= unit;
    member.bit_offset = static_cast<std::uint32_t>(fits ? bits : (bits + unit - 1) / unit * unit);
  }

  Layout enumeration(std::string_view kind) {
    Layout layout{.kind = Kind::enumeration, .size = enum_size(kind)};
    std::vector<Number> numbers;
    do {
      layout.enumerators.push_back({enumerator_name(layout), {}, 0});
      numbers.push_back(enum_number(layout.enumerators.back().name));
    } while (take(','));
    expect('}', "at the end of the names");
    layout.is_signed = std::ranges::any_of(numbers, &Number::negative);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      layout.enumerators[i].value = enum_value(layout, layout.enumerators[i].name, numbers[i]);
    set_short_names(layout.enumerators, {});
    return layout;
  }

  std::uint32_t enum_size(std::string_view kind) const {
    if (kind == "enum" || kind == "enum32") return 4;
    if (kind == "enum8") return 1;
    if (kind == "enum16") return 2;
    if (kind == "enum64") return 8;
    fail("there is no " + quote(kind), {"enums are enum, enum8, enum16, enum32 and enum64"});
  }

  std::string enumerator_name(const Layout& layout) {
    std::string name{word()};
    if (name.empty()) fail("expected a name: enum{name=NUMBER,…}");
    if (std::ranges::find(layout.enumerators, name, &Enumerator::name) != layout.enumerators.end())
      fail("there are two names " + quote(name));
    return identifier(std::move(name));
  }

  Number enum_number(const std::string& name) {
    expect('=', "after " + quote(name));
    const bool is_negative = take('-');
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

  std::string_view text_;
  const FindType& find_;
  std::size_t at_ = 0;
  bool is_char_ = false;  ///< the base type was `char`, which only makes sense as char[N]
};

}  // namespace

Layout parse_type(std::string_view text, const FindType& find) {
  return TypeParser(text, find).whole();
}

}  // namespace mapctl
