// Layouts of plain bytes, and the address in the keys of LPM tries.

#include <algorithm>
#include <optional>
#include <vector>

#include "text/layout/fields.hpp"
#include "text/layout/known_names.hpp"

namespace mapctl {

namespace {

/// A member of the key, or of a struct in it, with its offset in the key.
struct Leaf {
  const Member* member;
  std::uint32_t offset;  ///< bytes from the start of the key
};

bool is_visible(const Member& member) {
  return member.role != Role::hidden && member.type.kind != Kind::reserved && member.type.size > 0;
}

/// Collects the members in order. Opens structs but not unions: which member of a union is in use
/// depends on the address.
void collect(const Layout& layout, std::uint32_t base, std::vector<Leaf>& leaves) {
  for (const Member& member : layout.members) {
    if (!is_visible(member)) continue;
    const std::uint32_t offset = base + member.offset();
    if (member.type.kind == Kind::structure)
      collect(member.type, offset, leaves);
    else
      leaves.push_back({&member, offset});
  }
}

bool is_v4(const Layout& type) {
  return type.kind == Kind::ipv4 || (type.kind == Kind::bytes && type.size == 4);
}

/// True for four bytes with a number type. The trie compares them from the front, so in an address
/// they are in network order whatever the type says.
bool may_be_v4(const Layout& type) {
  const bool is_number = type.kind == Kind::integer || type.kind == Kind::big_endian;
  return is_v4(type) || (is_number && type.size == 4);
}

bool is_v6(const Layout& type) {
  if (type.size != 16) return false;
  if (type.kind == Kind::ipv6 || type.kind == Kind::ip || type.kind == Kind::bytes) return true;
  if (type.kind == Kind::array) return type.element->kind != Kind::structure;
  if (!is_composite(type)) return false;
  return std::ranges::none_of(type.members,
                              [](const Member& member) { return may_be_v4(member.type); });
}

/// True if the first scalar in a union's member is four bytes wide.
bool begins_with_v4(const Layout& type) {
  if (type.kind != Kind::structure) return may_be_v4(type);
  return !type.members.empty() && begins_with_v4(type.members.front().type);
}

bool holds_either(const Layout& type) {
  const auto any = [&](auto test) {
    return std::ranges::any_of(type.members,
                               [&](const Member& member) { return test(member.type); });
  };
  return type.kind == Kind::union_ && type.size == 16 && any(begins_with_v4) && any(is_v6);
}

Field field_of(const Leaf& leaf) {
  return {leaf.offset, leaf.member->type.size, leaf.member->type.kind == Kind::big_endian};
}

bool is_whole_integer(const Leaf& leaf) {
  const Kind kind = leaf.member->type.kind;
  return leaf.member->bit_size == 0 && (kind == Kind::integer || kind == Kind::big_endian);
}

/// Finds the purpose of each member between prefix length and address.
void describe_middle(PrefixShape& shape, const std::vector<Leaf>& middle) {
  std::size_t known = 0;
  for (const Leaf& leaf : middle) {
    if (!is_whole_integer(leaf)) continue;
    const Role role = leaf.member->role;
    if (role == Role::ip_proto) shape.protocol = field_of(leaf);
    if (role == Role::ip_port) shape.port = field_of(leaf);
    if (role == Role::ip_family || (role == Role::none && leaf.member->name == "family"))
      shape.family = field_of(leaf);
    if (role == Role::ip_family) shape.family_is_ip_version = true;
    if (role == Role::ip_proto || role == Role::ip_port || role == Role::ip_family) ++known;
  }
  shape.bare = middle.empty();
  shape.rule = shape.protocol && shape.port && known == middle.size() &&
               (shape.family_is_ip_version || !(shape.v4 && shape.v6));
}

/// True if the prefix length is a whole u32.
bool begins_with_length(const std::vector<Leaf>& leaves) {
  const Leaf& first = leaves.front();
  return first.offset == 0 && first.member->type.size == 4 && first.member->bit_size == 0;
}

/// True if the address consists of whole bytes inside the key.
bool is_inside(const PrefixShape& shape, const Leaf& address, const Layout& key) {
  return address.member->bit_size == 0 && shape.address_offset >= 4 &&
         shape.address_offset + shape.address_size() <= key.size;
}

}  // namespace

Layout untyped_layout(std::uint32_t size, bool lpm_key) {
  Layout layout{.kind = Kind::untyped, .size = size};
  const bool is_v4 = size == 8;
  if (lpm_key && (is_v4 || size == 20))
    layout.prefix = PrefixShape{.v4 = is_v4, .v6 = !is_v4, .bare = true};
  return layout;
}

Layout bytes_layout(std::uint32_t size) { return {.kind = Kind::bytes, .size = size}; }

void mark_prefix_key(Layout& key) {
  if (key.kind == Kind::untyped) key = untyped_layout(key.size, true);
  if (key.kind != Kind::structure) return;
  std::vector<Leaf> leaves;
  collect(key, 0, leaves);
  if (leaves.size() < 2 || !begins_with_length(leaves)) return;

  const Leaf& last = leaves.back();
  PrefixShape shape;
  shape.address_offset = last.offset;
  shape.mapped = last.member->type.kind == Kind::ip;
  const bool either = shape.mapped || holds_either(last.member->type);
  const bool is_named = leaves.size() == 2 || is_address_name(last.member->name);
  shape.v4 = either || is_v4(last.member->type) || (is_named && may_be_v4(last.member->type));
  shape.v6 = either || is_v6(last.member->type);
  if ((!shape.v4 && !shape.v6) || !is_inside(shape, last, key)) return;
  describe_middle(shape, {leaves.begin() + 1, leaves.end() - 1});
  key.prefix = shape;
}

}  // namespace mapctl
