#include "text/btf/layout_btf.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "map/error/printable.hpp"
#include "mapctl/error.hpp"
#include "text/layout/enumerators.hpp"
#include "text/layout/known_names.hpp"
#include "text/literal/bits.hpp"

namespace mapctl {

std::uint32_t size_of(const btf& types, std::uint32_t type_id) {
  const std::int64_t size = btf__resolve_size(&types, type_id);
  return size < 0 ? 0 : static_cast<std::uint32_t>(size);
}

const btf_type* resolved_type(const btf& types, std::uint32_t type_id) {
  const std::int64_t id = btf__resolve_type(&types, type_id);
  return id < 0 ? nullptr : btf__type_by_id(&types, static_cast<std::uint32_t>(id));
}

namespace {

using namespace std::literals;

/// C nests by value, so real types are shallow; this stops hostile ones.
constexpr unsigned max_depth = 32;

/// Each use of a type has a copy of its members, so a few types that hold each other twice would
/// have billions. Names of values count as members, and a long name counts as several.
constexpr std::size_t max_members = 65536;
constexpr std::size_t longest_usual_name = 128;

constexpr std::array kernel_pointer_tags{"kptr"sv, "kptr_untrusted"sv, "percpu_kptr"sv, "uptr"sv};

/// A type name with more meaning than the type behind it. Any program may use it for another type,
/// so it counts only at its usual size.
struct TellingName {
  std::string_view name;
  Kind kind;
  std::uint32_t size;
};

constexpr TellingName typedef_names[] = {{"__be16", Kind::big_endian, 2},
                                         {"__be32", Kind::big_endian, 4},
                                         {"__be64", Kind::big_endian, 8},
                                         {"ipv4", Kind::ipv4, 4},
                                         {"ipv6", Kind::ipv6, 16},
                                         {"ip", Kind::ip, 16},
                                         {"mac", Kind::mac, 6}};

constexpr TellingName struct_names[] = {{"in_addr", Kind::ipv4, 4}, {"in6_addr", Kind::ipv6, 16}};

std::optional<Kind> told_kind(std::span<const TellingName> names, std::string_view name,
                              std::uint32_t size) {
  const auto found = std::ranges::find(names, name, &TellingName::name);
  if (found == names.end() || found->size != size) return std::nullopt;
  return found->kind;
}

std::optional<Kind> kind_of_typedef(std::string_view name, std::uint32_t size,
                                    std::string_view hint) {
  if (name == "__be32" && size == 4 && is_address_name(hint)) return Kind::ipv4;
  return told_kind(typedef_names, name, size);
}

Role role_of_tag(std::string_view tag) {
  constexpr std::string_view prefix = "mapctl:";
  if (!tag.starts_with(prefix)) return Role::none;
  return role_called(tag.substr(prefix.size())).value_or(Role::none);
}

bool is_char_name(std::string_view name) { return name == "char" || name == "signed char"; }

bool is_char(const Layout& element) {
  return element.kind == Kind::integer && element.size == 1 && is_char_name(element.name);
}

/// The kernel checks the BTF that it accepts, but BTF in a file may contain anything, and compilers
/// wrap offsets of more than 32 bits.
bool is_within(const Member& member, std::uint32_t parent_size) {
  const std::uint64_t bits = std::uint64_t{member.type.size} * 8;
  const std::uint64_t width = member.bit_size != 0 ? member.bit_size : bits;
  const bool takes_bits = member.type.kind == Kind::integer ||
                          member.type.kind == Kind::enumeration ||
                          member.type.kind == Kind::boolean;
  if (member.bit_size != 0 && (!takes_bits || width > bits)) return false;
  return member.bit_offset + width <= std::uint64_t{parent_size} * 8;
}

bool holds_its_members(const Layout& layout) {
  return std::ranges::all_of(layout.members,
                             [&](const Member& member) { return is_within(member, layout.size); });
}

/// Compilers before LLVM 16 do not mark enums with negative values. In a narrower bitfield, a value
/// with the top bit set can only be negative.
void mark_negatives(Layout& type, std::uint32_t bit_size) {
  const unsigned bits = type.size * 8;
  if (type.kind != Kind::enumeration || type.is_signed || bit_size == 0 || bit_size >= bits) return;
  const auto is_top_set = [&](const Enumerator& each) { return is_negative(each.value, bits); };
  if (std::ranges::none_of(type.enumerators, is_top_set)) return;
  type.is_signed = true;
  for (Enumerator& each : type.enumerators)
    each.value = static_cast<std::uint64_t>(sign_extend(each.value, bits));
}

/// The kernel's rule for names in BTF. It does not check the names of integers and type tags, and
/// BTF in a file may contain anything, also what would control a terminal or break JSON.
bool is_identifier(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || is_digit(c); });
}

class Compiler {
 public:
  explicit Compiler(const btf& types) : types_(types) {
    for (std::uint32_t id = 1; id < btf__type_cnt(&types_); ++id) {
      const btf_type& tag = *btf__type_by_id(&types_, id);
      if (!btf_is_decl_tag(&tag)) continue;
      const char* const text = btf__name_by_offset(&types_, tag.name_off);
      if (const Role role = role_of_tag(text == nullptr ? "" : text); role != Role::none)
        roles_[{tag.type, btf_decl_tag(&tag)->component_idx}] = role;
    }
  }

  /// Throws BadInput if the type has too many members, or a name that is no name in C.
  Layout compile(std::uint32_t id, std::string_view hint, unsigned depth) {
    const btf_type* const type = btf__type_by_id(&types_, id);
    const std::uint32_t size = size_of(types_, id);
    if (type == nullptr || depth > max_depth || size > max_typed_size) return opaque(id);
    switch (btf_kind(type)) {
      case BTF_KIND_TYPEDEF:
        if (const auto kind = kind_of_typedef(name_of(*type), size, hint))
          return {.kind = *kind, .size = size, .name = std::string{name_of(*type)}};
        return compile(type->type, hint.empty() ? name_of(*type) : hint, depth + 1);
      case BTF_KIND_CONST:
      case BTF_KIND_VOLATILE:
      case BTF_KIND_RESTRICT:
      case BTF_KIND_TYPE_TAG:
        return compile(type->type, hint, depth + 1);
      case BTF_KIND_INT:
        return integer(id, *type);
      case BTF_KIND_FLOAT:
        if (type->size != 4 && type->size != 8) return opaque(id);
        return {.kind = Kind::floating, .size = type->size};
      case BTF_KIND_PTR:
        return pointer(id, *type);
      case BTF_KIND_ENUM:
      case BTF_KIND_ENUM64:
        return enumeration(id, *type);
      case BTF_KIND_ARRAY:
        return array(id, *type, hint, depth);
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION:
        return composite(id, *type, depth);
      case BTF_KIND_DATASEC:
        return datasec(id, *type, depth);
      default:
        return opaque(id);
    }
  }

 private:
  void count(std::size_t members) {
    if (members > members_left_)
      throw BadInput(
          fmt::format("it has more than {} members, counting those of its members", max_members));
    members_left_ -= members;
  }
  std::string_view text_at(std::uint32_t offset) {
    const char* const text = btf__name_by_offset(&types_, offset);
    const std::string_view name = text == nullptr ? std::string_view{} : text;
    count(name.size() / longest_usual_name);
    return name;
  }
  std::string_view name_at(std::uint32_t offset) {
    const std::string_view name = text_at(offset);
    if (!name.empty() && !is_identifier(name))
      throw BadInput(fmt::format("'{}' in it is not a name", excerpt(name)),
                     {"names consist of letters, digits, _ and ."});
    return name;
  }
  std::string_view name_of(const btf_type& type) { return name_at(type.name_off); }
  Layout opaque(std::uint32_t id) const { return bytes_layout(size_of(types_, id)); }

  Layout integer(std::uint32_t id, const btf_type& type) {
    const std::uint8_t encoding = btf_int_encoding(&type);
    const bool is_boolean = (encoding & BTF_INT_BOOL) != 0;
    const std::uint32_t largest = is_boolean ? 1 : 16;
    if (!std::has_single_bit(type.size) || type.size > largest) return opaque(id);
    if (is_boolean) return {.kind = Kind::boolean, .size = type.size};
    return {.kind = Kind::integer,
            .size = type.size,
            .is_signed = (encoding & BTF_INT_SIGNED) != 0,
            .name = integer_name(type)};
  }

  /// C's integers have names of several words, which tell no more than size and sign: only char is
  /// more than a number.
  std::string integer_name(const btf_type& type) {
    const std::string_view name = text_at(type.name_off);
    return is_char_name(name) ? std::string{name} : std::string{};
  }

  /// A kptr belongs to the kernel: user space reads 0 and may not write it.
  Layout pointer(std::uint32_t id, const btf_type& type) {
    constexpr std::uint32_t size = 8;
    if (size_of(types_, id) != size) return opaque(id);
    const btf_type* const target = btf__type_by_id(&types_, type.type);
    const bool is_kernels = target != nullptr && btf_is_type_tag(target) &&
                            std::ranges::count(kernel_pointer_tags, text_at(target->name_off)) != 0;
    return {.kind = is_kernels ? Kind::reserved : Kind::pointer, .size = size};
  }

  Layout enumeration(std::uint32_t id, const btf_type& type) {
    if (!std::has_single_bit(type.size) || type.size > 8) return opaque(id);
    Layout layout{.kind = Kind::enumeration,
                  .size = type.size,
                  .is_signed = btf_kflag(&type),
                  .name = "enum " + std::string{name_of(type)}};
    count(btf_vlen(&type));
    for (std::uint16_t i = 0; i < btf_vlen(&type); ++i) {
      if (btf_is_enum64(&type)) {
        const struct btf_enum64& entry = btf_enum64(&type)[i];
        layout.enumerators.push_back(
            {std::string{name_at(entry.name_off)}, {}, btf_enum64_value(&entry)});
        continue;
      }
      const struct btf_enum& entry = btf_enum(&type)[i];
      const auto value = layout.is_signed ? static_cast<std::uint64_t>(std::int64_t{entry.val})
                                          : std::uint64_t{static_cast<std::uint32_t>(entry.val)};
      layout.enumerators.push_back({std::string{name_at(entry.name_off)}, {}, value});
    }
    set_short_names(layout.enumerators, name_of(type));
    return layout;
  }

  Layout array(std::uint32_t id, const btf_type& type, std::string_view hint, unsigned depth) {
    const struct btf_array& shape = *btf_array(&type);
    Layout element = compile(shape.type, {}, depth + 1);
    const std::uint32_t size = size_of(types_, id);
    const bool fits = std::uint64_t{element.size} * shape.nelems == size;
    if (!fits || (element.size == 0 && shape.nelems != 0)) return opaque(id);
    if (is_char(element) && size > 0) return {.kind = Kind::text, .size = size};
    const bool is_bytes = element.kind == Kind::integer && element.size == 1 && !element.is_signed;
    if (is_bytes && size == 6 && is_mac_name(hint)) return {.kind = Kind::mac, .size = size};
    if (is_bytes && size == 16 && is_ipv6_name(hint)) return {.kind = Kind::ipv6, .size = size};
    if (is_bytes && size > 0) return bytes_layout(size);
    return {.kind = Kind::array,
            .size = size,
            .element = std::make_shared<const Layout>(std::move(element)),
            .count = shape.nelems};
  }

  Layout composite(std::uint32_t id, const btf_type& type, unsigned depth) {
    const bool is_union = btf_is_union(&type);
    Layout layout{.kind = is_union ? Kind::union_ : Kind::structure, .size = type.size};
    if (!name_of(type).empty())
      layout.name = (is_union ? "union " : "struct ") + std::string{name_of(type)};
    const std::optional<Kind> told = is_reserved_name(name_of(type))
                                         ? Kind::reserved
                                         : told_kind(struct_names, name_of(type), type.size);
    if (told) {
      layout.kind = *told;
      return layout;
    }
    for (std::uint16_t i = 0; i < btf_vlen(&type); ++i)
      layout.members.push_back(member(id, i, depth));
    if (!holds_its_members(layout)) return opaque(id);
    // A bitfield without a name is only padding.
    std::erase_if(layout.members, [](const Member& member) {
      return member.name.empty() && member.type.members.empty();
    });
    return layout;
  }

  /// Bitfields have two encodings: the member's own (kind flag of the struct), or an integer type
  /// that is narrower than its bytes.
  Member member(std::uint32_t parent_id, std::uint32_t index, unsigned depth) {
    count(1);
    const btf_type& parent = *btf__type_by_id(&types_, parent_id);
    const btf_member& entry = btf_members(&parent)[index];
    const std::string_view name = name_at(entry.name_off);
    Member result{.name = std::string{name}, .type = compile(entry.type, name, depth + 1)};
    if (const auto tag = roles_.find({parent_id, static_cast<int>(index)}); tag != roles_.end())
      result.role = tag->second;
    result.bit_offset = btf_member_bit_offset(&parent, index);
    result.bit_size = btf_member_bitfield_size(&parent, index);
    mark_negatives(result.type, result.bit_size);
    const btf_type* const type = resolved_type(types_, entry.type);
    if (type == nullptr || !btf_is_int(type)) return result;
    const std::uint32_t bits = btf_int_bits(type);
    result.bit_offset += btf_int_offset(type);
    if (result.bit_size == 0 && bits != type->size * 8) result.bit_size = bits;
    return result;
  }

  /// A map of global variables: each one is a member that keeps its value.
  Layout datasec(std::uint32_t id, const btf_type& type, unsigned depth) {
    Layout layout{.kind = Kind::structure, .size = type.size};
    for (std::uint16_t i = 0; i < btf_vlen(&type); ++i) {
      const btf_var_secinfo& place = btf_var_secinfos(&type)[i];
      const btf_type* const variable = btf__type_by_id(&types_, place.type);
      if (variable == nullptr || !btf_is_var(variable)) continue;
      if (place.offset >= type.size) return opaque(id);
      count(1);
      const std::string name{name_of(*variable)};
      layout.members.push_back({.name = name,
                                .type = compile(variable->type, name, depth + 1),
                                .bit_offset = place.offset * 8,
                                .role = Role::variable});
    }
    if (!holds_its_members(layout)) return opaque(id);
    return layout;
  }

  const btf& types_;
  std::map<std::pair<std::uint32_t, int>, Role> roles_;  ///< of members that have a tag
  std::size_t members_left_ = max_members;
};

}  // namespace

Layout layout_of(const btf& types, std::uint32_t type_id, std::string_view name_hint) {
  try {
    return whole_layout_of(types, type_id, name_hint);
  } catch (const BadInput&) {
    return bytes_layout(size_of(types, type_id));
  }
}

Layout whole_layout_of(const btf& types, std::uint32_t type_id, std::string_view name_hint) {
  return Compiler(types).compile(type_id, name_hint, 0);
}

}  // namespace mapctl
