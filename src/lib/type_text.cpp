#include "mapctl/type_text.hpp"

#include <fmt/format.h>

namespace mapctl {

namespace {

std::string members_text(const Layout& layout) {
  std::string out;
  for (const Member& member : layout.members) {
    if (!out.empty()) out += ',';
    if (!member.name.empty()) out += member.name + ':';
    out += type_text(member.type);
    if (member.bit_size != 0) out += fmt::format(":{}", member.bit_size);
  }
  return out;
}

/// Outermost first, as C writes it: u16[2][3] is two arrays of three.
std::string array_text(const Layout& layout) {
  std::string brackets;
  const Layout* element = &layout;
  for (; element->kind == Kind::array; element = element->element.get())
    brackets += fmt::format("[{}]", element->count);
  if (element->kind == Kind::text) return fmt::format("char{}[{}]", brackets, element->size);
  if (element->kind == Kind::bytes) return fmt::format("u8{}[{}]", brackets, element->size);
  return type_text(*element) + brackets;
}

std::string enumerators_text(const Layout& layout) {
  std::string out;
  for (const Enumerator& each : layout.enumerators) {
    if (!out.empty()) out += ',';
    out += layout.is_signed ? fmt::format("{}={}", each.name, static_cast<std::int64_t>(each.value))
                            : fmt::format("{}={}", each.name, each.value);
  }
  return out;
}

}  // namespace

std::string type_text(const Layout& layout) {
  switch (layout.kind) {
    case Kind::integer:
      return fmt::format("{}{}", layout.is_signed ? 's' : 'u', layout.size * 8);
    case Kind::big_endian:
      return fmt::format("be{}", layout.size * 8);
    case Kind::ipv4:
      return "ipv4";
    case Kind::ipv6:
      return "ipv6";
    case Kind::mac:
      return "mac";
    case Kind::enumeration:
      return fmt::format("enum{}{{{}}}", layout.size == 4 ? "" : std::to_string(layout.size * 8),
                         enumerators_text(layout));
    case Kind::boolean:
      return "bool";
    case Kind::floating:
      return fmt::format("f{}", layout.size * 8);
    case Kind::pointer:
      return "ptr";
    case Kind::text:
      return fmt::format("char[{}]", layout.size);
    case Kind::bytes:
    case Kind::reserved:
      return fmt::format("u8[{}]", layout.size);
    case Kind::untyped:
      return fmt::format("{}", layout.size);
    case Kind::array:
      return array_text(layout);
    case Kind::structure:
      if (layout.name == "struct cidr4" || layout.name == "struct cidr6")
        return layout.name.substr(7);
      return fmt::format("{{{}}}", members_text(layout));
    case Kind::union_:
      return fmt::format("union{{{}}}", members_text(layout));
  }
  return {};
}

}  // namespace mapctl
