// Reads types; type_text.cpp writes them.

#include "text/notation/type_parser.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/layout/known_names.hpp"
#include "text/literal/suggest.hpp"
#include "text/literal/text_cursor.hpp"

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

bool is_tag(std::string_view word) {
  return word == "struct" || word == "union" || word.starts_with("enum");
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

}  // namespace

Layout TypeParser::whole() {
  const bool is_size =
      !text_.empty() && text_.find_first_not_of("0123456789 ") == std::string_view::npos;
  Layout layout = is_size ? untyped_layout(number("a size in bytes", max_untyped_size)) : type(0);
  skip_space();
  if (at_ < text_.size()) fail(quote(rest()) + " is too much");
  if (is_size && layout.size == 0) fail("a size of 0 bytes holds nothing");
  return layout;
}

void TypeParser::fail(const std::string& reason, std::vector<Remedy> fix) const {
  if (fix.empty())
    fix.emplace_back(
        "types look like u32, ipv4, cidr4, char[16], u16[4], {name:TYPE,…}, or a size in bytes");
  throw BadInput(fmt::format("cannot read the type '{}': {}", surroundings(), reason),
                 std::move(fix));
}

/// The whole type, or the last part read of a long one.
std::string TypeParser::surroundings() const {
  constexpr std::size_t before = 30;
  const std::size_t from = text_.size() > 2 * before && at_ > before ? at_ - before : 0;
  return (from > 0 ? "…" : "") + excerpt(text_.substr(from));
}

void TypeParser::skip_space() {
  while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
}

/// Skips white space and returns the next character; NUL at the end.
char TypeParser::peek() {
  skip_space();
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool TypeParser::take(char c) {
  if (peek() != c || at_ == text_.size()) return false;
  ++at_;
  return true;
}

void TypeParser::expect(char c, std::string_view where) {
  if (!take(c)) fail(fmt::format("expected '{}' {}", c, where));
}

std::string_view TypeParser::word() {
  skip_space();
  const std::size_t start = at_;
  while (at_ < text_.size() && is_word(text_[at_])) ++at_;
  return text_.substr(start, at_ - start);
}

std::uint32_t TypeParser::number(std::string_view what, std::uint32_t limit) {
  const std::string_view digits = word();
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || end != digits.data() + digits.size())
    fail(fmt::format("{} is not {}", quote(digits), what));
  if (error != std::errc{} || value > limit)
    fail(fmt::format("{} is over {}", excerpt(digits), limit));
  return value;
}

/// The kernel accepts only names that are valid in C.
std::string TypeParser::identifier(std::string name) const {
  if (std::isdigit(static_cast<unsigned char>(name.front())) != 0)
    fail(quote(name) + " is not a name: names do not begin with a digit");
  if (name.size() > longest_name)
    fail(fmt::format("{} has more than {} characters", quote(name), longest_name));
  return name;
}

Layout TypeParser::type(unsigned depth) {
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

Layout TypeParser::array_of(Layout element, std::uint32_t count) {
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

Layout TypeParser::base(unsigned depth) {
  if (take('{')) return composite(Kind::structure, {}, depth);
  const std::string_view first = word();
  std::string name{first};
  if (is_tag(first)) {
    if (const std::string_view second = word(); !second.empty()) name.append(" ").append(second);
    if (take('{')) return braced(first, std::move(name), depth);
  }
  if (name == "cidr4") return cidr(32);
  if (name == "cidr6") return cidr(128);
  if (name == "char") {
    is_char_ = true;
    return {.kind = Kind::integer, .size = 1};
  }
  if (std::optional<Layout> reserved = reserved_layout(name)) {
    if (takes_place()) reserved->size = size(0);
    return *std::move(reserved);
  }
  const auto found = std::ranges::find(named_types, name, &NamedType::name);
  if (found == named_types.end()) return c_type(std::move(name));
  return {.kind = found->kind, .size = found->size, .is_signed = found->is_signed};
}

/// Reads the braces after `struct`, `union NAME`, `enum8`, ….
Layout TypeParser::braced(std::string_view tag, std::string name, unsigned depth) {
  const bool is_named = name.size() > tag.size();
  if (tag == "struct") return composite(Kind::structure, is_named ? name : "", depth);
  if (tag == "union") return composite(Kind::union_, is_named ? name : "", depth);
  return enumeration(tag, is_named ? name.substr(tag.size() + 1) : "");
}

/// Finds "struct flow" or "rule_t": a name that only the types of a program define.
Layout TypeParser::c_type(std::string name) {
  std::optional<Layout> found = find_ && !name.empty() ? find_(name) : std::nullopt;
  if (!found) unknown(name);
  return *std::move(found);
}

void TypeParser::unknown(std::string_view name) const {
  if (name.empty())
    fail(at_ == text_.size() ? "it ends where a type should stand"
                             : quote(rest()) + " is not a type");
  std::vector<std::string> names{"cidr4", "cidr6", "char"};
  for (const NamedType& type : named_types) names.emplace_back(type.name);
  const std::string known = fmt::format("{}", fmt::join(names, ", "));
  for (std::string& reserved : reserved_names()) names.push_back(std::move(reserved));
  std::vector<Remedy> fix;
  if (const auto near = closest(name, names))
    fix.push_back(fmt::format("did you mean '{}'?", *near));
  fix.push_back(
      fmt::format("types are {}, char[N], TYPE[N], {{name:TYPE,…}}, or a size in bytes", known));
  fail("there is no type " + quote(name), std::move(fix));
}

Layout parse_type(std::string_view text, const FindType& find) {
  return TypeParser(text, find).whole();
}

}  // namespace mapctl
