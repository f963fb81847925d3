#include "mapctl/text/type_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "mapctl/error.hpp"
#include "text/layout/fields.hpp"
#include "text/layout/known_names.hpp"

namespace mapctl {

namespace {

/// The name without "struct " and similar keywords, if the notation can hold it.
std::string_view c_name(const Layout& layout) {
  const std::size_t space = layout.name.find(' ');
  if (space == std::string::npos) return {};
  const std::string_view name = std::string_view{layout.name}.substr(space + 1);
  const auto is_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return std::ranges::all_of(name, is_word) ? name : std::string_view{};
}

std::string offset_text(std::uint32_t bit_offset) {
  return bit_offset % 8 == 0 ? fmt::format("@{}", bit_offset / 8)
                             : fmt::format("@{}.{}", bit_offset / 8, bit_offset % 8);
}

std::string reserved_text(const Layout& layout) {
  const std::string name = reserved_name(layout);
  const std::optional<Layout> known = reserved_layout(name);
  return known && known->size == layout.size ? name : fmt::format("{}@{}", name, layout.size);
}

/// Returns whether texts of values have the same parts in the same places.
bool is_same(const Layout& a, const Layout& b) {
  const bool sign_counts = a.kind == Kind::integer || a.kind == Kind::big_endian;
  if (a.kind != b.kind || a.size != b.size || a.count != b.count) return false;
  if (sign_counts && a.is_signed != b.is_signed) return false;
  if (a.element && !is_same(*a.element, *b.element)) return false;
  const auto are_same_members = [](const Member& x, const Member& y) {
    return x.name == y.name && x.bit_offset == y.bit_offset && x.bit_size == y.bit_size &&
           x.role == y.role && is_same(x.type, y.type);
  };
  const auto are_same_names = [](const Enumerator& x, const Enumerator& y) {
    return x.name == y.name && x.short_name == y.short_name && x.value == y.value;
  };
  return std::ranges::equal(a.members, b.members, are_same_members) &&
         std::ranges::equal(a.enumerators, b.enumerators, are_same_names);
}

/// "cidr4", "cidr6" or "cidr" if the struct is what that name stands for; else empty, also for a
/// program's own struct of that name.
std::string_view cidr_name(const Layout& layout) {
  for (const std::string_view name : {"cidr4", "cidr6", "cidr"})
    if (c_name(layout) == name && is_same(layout, parse_type(name))) return name;
  return {};
}

class TypeWriter {
 public:
  explicit TypeWriter(bool with_names) : with_names_(with_names) {}

  std::string text(const Layout& layout) const {
    switch (layout.kind) {
      case Kind::integer:
        return fmt::format("{}{}", layout.is_signed ? 's' : 'u', layout.size * 8);
      case Kind::big_endian:
        return fmt::format("be{}", layout.size * 8);
      case Kind::ipv4:
        return "ipv4";
      case Kind::ipv6:
        return "ipv6";
      case Kind::ip:
        return "ip";
      case Kind::mac:
        return "mac";
      case Kind::enumeration:
        return enumeration(layout);
      case Kind::boolean:
        return "bool";
      case Kind::floating:
        return fmt::format("f{}", layout.size * 8);
      case Kind::pointer:
        return "ptr";
      case Kind::reserved:
        return reserved_text(layout);
      case Kind::untyped:
        return fmt::format("{}", layout.size);
      case Kind::text:
      case Kind::bytes:
      case Kind::array:
        return array(layout);
      case Kind::structure:
      case Kind::union_:
        return composite(layout);
    }
    return {};
  }

 private:
  /// `{…}` or `struct flow{…}`, up to the opening brace.
  std::string head(std::string_view tag, const Layout& layout) const {
    const std::string_view name = with_names_ ? c_name(layout) : std::string_view{};
    if (!name.empty()) return fmt::format("{} {}", tag, name);
    return tag == "struct" ? "" : std::string{tag};
  }

  std::string member(const Member& member, std::uint64_t expected) const {
    std::string out = member.name;
    if (member.bit_offset != expected) out += offset_text(member.bit_offset);
    if (!out.empty()) out += ':';
    out += text(member.type);
    if (member.bit_size != 0) out += fmt::format(":{}", member.bit_size);
    if (member.role != Role::none) out += fmt::format("@{}", name_of_role(member.role));
    return out;
  }

  std::string composite(const Layout& layout) const {
    if (const std::string_view name = cidr_name(layout); !name.empty()) return std::string{name};
    const bool is_union = layout.kind == Kind::union_;
    std::string out = head(is_union ? "union" : "struct", layout) + '{';
    std::uint64_t bits = 0;
    for (const Member& member : layout.members) {
      if (out.back() != '{') out += ',';
      out += this->member(member, natural_offset(member, is_union ? 0 : bits));
      bits = std::max(bits, std::uint64_t{member.bit_offset} + bit_width(member));
    }
    out += '}';
    if (natural_size(layout, bits) != layout.size) out += fmt::format("@{}", layout.size);
    return out;
  }

  /// Writes the outermost dimension first, as C does: u16[2][3] is two arrays of three.
  std::string array(const Layout& layout) const {
    std::string brackets;
    const Layout* element = &layout;
    for (; element->kind == Kind::array; element = element->element.get())
      brackets += fmt::format("[{}]", element->count);
    if (element->kind == Kind::text) return fmt::format("char{}[{}]", brackets, element->size);
    if (element->kind == Kind::bytes) return fmt::format("u8{}[{}]", brackets, element->size);
    return text(*element) + brackets;
  }

  std::string enumeration(const Layout& layout) const {
    std::string out =
        head(layout.size == 4 ? "enum" : fmt::format("enum{}", layout.size * 8), layout) + '{';
    for (const Enumerator& each : layout.enumerators) {
      if (out.back() != '{') out += ',';
      out += layout.is_signed
                 ? fmt::format("{}={}", each.name, static_cast<std::int64_t>(each.value))
                 : fmt::format("{}={}", each.name, each.value);
    }
    return out + '}';
  }

  bool with_names_;
};

}  // namespace

std::string type_text(const Layout& layout) { return TypeWriter(false).text(layout); }

std::optional<std::string> exact_type_text(const Layout& layout) {
  std::string text = TypeWriter(true).text(layout);
  try {
    if (is_same(layout, parse_type(text))) return text;
  } catch (const BadInput&) {  // the notation cannot hold a name or a number
  }
  return std::nullopt;
}

}  // namespace mapctl
