#pragma once
// Layouts built by hand, so that codec tests need no BTF.

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mapctl/error.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl::test::layouts {

inline Layout of(Kind kind, std::uint32_t size) {
  Layout layout;
  layout.kind = kind;
  layout.size = size;
  return layout;
}

inline Layout unsigned_int(std::uint32_t size) { return of(Kind::integer, size); }

inline Layout signed_int(std::uint32_t size) {
  Layout layout = of(Kind::integer, size);
  layout.is_signed = true;
  return layout;
}

inline Layout array_of(Layout element, std::uint32_t count) {
  Layout layout = of(Kind::array, element.size * count);
  layout.element = std::make_shared<const Layout>(std::move(element));
  layout.count = count;
  return layout;
}

inline Member at(std::uint32_t offset, std::string name, Layout type, Role role = Role::none) {
  Member member;
  member.name = std::move(name);
  member.type = std::move(type);
  member.bit_offset = offset * 8;
  member.role = role;
  return member;
}

inline Member bits(std::uint32_t bit_offset, std::uint32_t bit_size, std::string name,
                   Layout type) {
  Member member = at(0, std::move(name), std::move(type));
  member.bit_offset = bit_offset;
  member.bit_size = bit_size;
  return member;
}

inline Layout structure(std::uint32_t size, std::vector<Member> members) {
  Layout layout = of(Kind::structure, size);
  layout.members = std::move(members);
  return layout;
}

inline Layout union_of(std::uint32_t size, std::vector<Member> members) {
  Layout layout = of(Kind::union_, size);
  layout.members = std::move(members);
  return layout;
}

/// enum filter_action { FILTER_DROP = 1, FILTER_PASS = 2 }
inline Layout action(std::uint32_t size = 4) {
  Layout layout = of(Kind::enumeration, size);
  layout.name = "enum filter_action";
  layout.enumerators = {{"FILTER_DROP", "drop", 1}, {"FILTER_PASS", "pass", 2}};
  return layout;
}

/// enum level { LEVEL_LOW = -1, LEVEL_HIGH = 1 }
inline Layout level(std::uint32_t size = 4) {
  Layout layout = of(Kind::enumeration, size);
  layout.is_signed = true;
  layout.enumerators = {{"LEVEL_LOW", "low", ~std::uint64_t{0}}, {"LEVEL_HIGH", "high", 1}};
  return layout;
}

/// The value of a filter rule: action, a counter, and members that only the program uses.
inline Layout rule_value() {
  return structure(16, {at(0, "action", action()), at(4, "rank", unsigned_int(1), Role::hidden),
                        at(6, "port", of(Kind::big_endian, 2)),
                        at(8, "packets", unsigned_int(8), Role::counter)});
}

inline PrefixShape bare_prefix(bool v4) {
  PrefixShape shape;
  shape.v4 = v4;
  shape.v6 = !v4;
  shape.bare = true;
  return shape;
}

inline Layout cidr4() {
  Layout key = of(Kind::untyped, 8);
  key.prefix = bare_prefix(true);
  return key;
}

inline Layout cidr6() {
  Layout key = of(Kind::untyped, 20);
  key.prefix = bare_prefix(false);
  return key;
}

inline Layout cidr4_struct() {
  Layout key =
      structure(8, {at(0, "prefixlen", unsigned_int(4)), at(4, "addr", of(Kind::ipv4, 4))});
  key.prefix = bare_prefix(true);
  return key;
}

inline Layout either_address() {
  return union_of(16, {at(0, "v4", of(Kind::ipv4, 4)), at(0, "v6", of(Kind::ipv6, 16))});
}

/// An address of either family at byte 8.
inline PrefixShape either_prefix(Field family) {
  PrefixShape shape;
  shape.address_offset = 8;
  shape.v4 = true;
  shape.v6 = true;
  shape.family = family;
  return shape;
}

/// struct filter_key, as in filter.h.
inline Layout rule_key() {
  Layout key = structure(
      28, {at(0, "prefixlen", unsigned_int(4)), at(4, "family", unsigned_int(1), Role::ip_family),
           at(5, "proto", unsigned_int(1), Role::ip_proto),
           at(6, "dport", of(Kind::big_endian, 2), Role::ip_port), at(8, "addr", either_address()),
           at(24, "reserved", unsigned_int(4), Role::hidden)});
  PrefixShape shape = either_prefix(Field{4, 1});
  shape.family_is_ip_version = true;
  shape.protocol = Field{5, 1};
  shape.port = Field{6, 2, true};
  shape.rule = true;
  key.prefix = shape;
  return key;
}

/// The key of a rule for only IPv4, without a family.
inline Layout source_rule_key() {
  Layout key = structure(
      12,
      {at(0, "prefixlen", unsigned_int(4)), at(4, "proto", unsigned_int(1), Role::ip_proto),
       at(5, "pad", unsigned_int(1), Role::hidden),
       at(6, "dport", of(Kind::big_endian, 2), Role::ip_port), at(8, "addr", of(Kind::ipv4, 4))});
  mark_prefix_key(key);
  return key;
}

/// A key with further members before the address; the members of its union have no name.
inline Layout cluster_key() {
  Layout key = structure(
      24, {at(0, "prefixlen", unsigned_int(4)), at(4, "cluster", unsigned_int(2)),
           at(6, "pad", unsigned_int(1), Role::hidden), at(7, "family", unsigned_int(1)),
           at(8, "",
              union_of(16, {at(0, "ip4", of(Kind::ipv4, 4)), at(0, "ip6", of(Kind::ipv6, 16))}))});
  key.prefix = either_prefix(Field{7, 1});
  return key;
}

}  // namespace mapctl::test::layouts

namespace mapctl::test {

inline Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

/// The reason why encode refuses the text: the message, then each fix after " | ".
inline std::string refusal_of(const Layout& layout, std::string_view text) {
  try {
    encode(layout, text);
  } catch (const BadInput& error) {
    std::string message = error.what();
    for (const Remedy& fix : error.fix()) message += " | " + fix.text;
    return message;
  }
  return "taken";
}

/// The text after encode and decode.
inline std::string again(const Layout& layout, std::string_view text) {
  return text_of(layout, encode(layout, text));
}

}  // namespace mapctl::test
