// Reads the content of braces: members and enumerators.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "map/error/printable.hpp"
#include "text/layout/enumerators.hpp"
#include "text/layout/fields.hpp"
#include "text/layout/known_names.hpp"
#include "text/literal/text_cursor.hpp"
#include "text/notation/type_parser.hpp"

namespace mapctl {

Layout TypeParser::composite(Kind kind, std::string name, unsigned depth) {
  Layout layout{.kind = kind, .name = std::move(name)};
  std::uint64_t bits = 0;  // size of the members so far
  do {
    Member member = this->member(layout, depth, kind == Kind::union_ ? 0 : bits);
    bits = std::max(bits, std::uint64_t{member.bit_offset} + bit_width(member));
    if (bits / 8 > max_typed_size) fail(fmt::format("it is larger than {} bytes", max_typed_size));
    layout.members.push_back(std::move(member));
  } while (take(','));
  expect('}', "at the end of the members");
  layout.size = natural_size(layout, bits);
  if (takes_place()) layout.size = size(bits);
  return layout;
}

Member TypeParser::member(const Layout& parent, unsigned depth, std::uint64_t bits) {
  Member member{.name = member_name()};
  const bool is_placed = takes_place();
  std::uint64_t offset = is_placed ? this->offset(bits) : 0;
  if (!member.name.empty() || is_placed) expect(':', "after " + quote(member.name));
  member.type = type(depth + 1);
  check_names(parent, member);
  if (take(':')) member.bit_size = bit_size(member.type);
  if (!is_placed) offset = natural_offset(member, bits);
  if (offset / 8 > max_typed_size) fail(fmt::format("it is larger than {} bytes", max_typed_size));
  if (member.bit_size == 0 && offset % 8 != 0)
    fail(quote(member.name) + " does not begin with a byte, as only a bitfield can");
  member.bit_offset = static_cast<std::uint32_t>(offset);
  if (!member.name.empty() && take('@')) member.role = role();
  return member;
}

/// The members of an unnamed struct or union belong to the parent.
void TypeParser::check_names(const Layout& parent, const Member& member) const {
  const std::vector<std::string> names =
      member.name.empty() ? field_names(member.type) : std::vector{member.name};
  for (const std::string& name : names)
    if (find_field(parent, name)) fail("there are two members called " + quote(name));
}

/// Empty for an anonymous struct or union.
std::string TypeParser::member_name() {
  const std::size_t start = at_;
  std::string name{word()};
  // Names of static variables in functions have two parts: "count.seen".
  while (!name.empty() && at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    name.append(".").append(word());
  }
  const char next = peek();
  if (name.empty() && next != '{' && next != '@')
    fail("expected the name of a member: {name:TYPE,…}");
  const bool is_type =
      next == '{' || ((name == "struct" || name == "union") && next != ':' && next != '@');
  if (!is_type) return name.empty() ? name : identifier(std::move(name));
  at_ = start;
  return {};
}

std::uint32_t TypeParser::bit_size(const Layout& type) {
  const bool can =
      type.kind == Kind::integer || type.kind == Kind::enumeration || type.kind == Kind::boolean;
  if (!can) fail(excerpt(type_text(type)) + " cannot be a bitfield");
  const std::uint32_t bits = number("a number of bits", type.size * 8);
  if (bits == 0) fail("a bitfield of 0 bits holds nothing");
  return bits;
}

/// Reads the @ of an offset or size, but not the @ of a role.
bool TypeParser::takes_place() {
  if (peek() != '@' || at_ + 1 == text_.size()) return false;
  if (std::isdigit(static_cast<unsigned char>(text_[at_ + 1])) == 0) return false;
  ++at_;
  return true;
}

/// Reads the offset of a member that C would put elsewhere: BYTE or BYTE.BIT.
std::uint64_t TypeParser::offset(std::uint64_t bits) {
  std::uint64_t offset = std::uint64_t{number("an offset in bytes", max_typed_size)} * 8;
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    offset += number("a bit of a byte", 7);
  }
  if (offset < bits) fail(fmt::format("byte {} belongs to the member before", offset / 8));
  return offset;
}

/// Reads the size of a type that C would make larger or smaller.
std::uint32_t TypeParser::size(std::uint64_t bits) {
  const std::uint32_t size = number("a size in bytes", max_typed_size);
  if (size == 0 || std::uint64_t{size} * 8 < bits)
    fail(fmt::format("{} bytes do not hold it", size));
  return size;
}

Role TypeParser::role() {
  const std::string_view name = word();
  if (const std::optional<Role> role = role_called(name)) return *role;
  fail(quote(name) + " is nothing that a member can be",
       {fmt::format("after @ may stand {}", fmt::join(role_names(), ", "))});
}

Layout TypeParser::enumeration(std::string_view kind, const std::string& name) {
  Layout layout{.kind = Kind::enumeration, .size = enum_size(kind)};
  if (!name.empty()) layout.name = "enum " + name;
  std::vector<Number> numbers;
  do {
    layout.enumerators.push_back({enumerator_name(layout), {}, 0});
    numbers.push_back(enum_number(layout.enumerators.back().name));
  } while (take(','));
  expect('}', "at the end of the names");
  layout.is_signed = std::ranges::any_of(numbers, &Number::negative);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    layout.enumerators[i].value = enum_value(layout, layout.enumerators[i].name, numbers[i]);
  set_short_names(layout.enumerators, name);
  return layout;
}

std::uint32_t TypeParser::enum_size(std::string_view kind) const {
  if (kind == "enum" || kind == "enum32") return 4;
  if (kind == "enum8") return 1;
  if (kind == "enum16") return 2;
  if (kind == "enum64") return 8;
  fail("there is no " + quote(kind), {"enums are enum, enum8, enum16, enum32 and enum64"});
}

std::string TypeParser::enumerator_name(const Layout& layout) {
  std::string name{word()};
  if (name.empty()) fail("expected a name: enum{name=NUMBER,…}");
  if (std::ranges::find(layout.enumerators, name, &Enumerator::name) != layout.enumerators.end())
    fail("there are two names " + quote(name));
  return identifier(std::move(name));
}

Number TypeParser::enum_number(const std::string& name) {
  expect('=', "after " + quote(name));
  const bool is_negative = take('-');
  const std::string digits = fmt::format("{}{}", is_negative ? "-" : "", word());
  const std::optional<Number> number = parse_number(digits);
  if (!number) fail(quote(digits) + " is not a number");
  return *number;
}

std::uint64_t TypeParser::enum_value(const Layout& layout, const std::string& name,
                                     const Number& number) const {
  const unsigned bits = layout.size * 8;
  const std::optional<Wide> value = fit(number, bits, layout.is_signed);
  if (!value)
    fail(fmt::format("the value of {} does not fit an enum of {} bits: {}", quote(name), bits,
                     range_text(bits, layout.is_signed)));
  return static_cast<std::uint64_t>(layout.is_signed ? sign_extend(*value, bits) : *value);
}

}  // namespace mapctl
