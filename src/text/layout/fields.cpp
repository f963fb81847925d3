#include "text/layout/fields.hpp"

#include <algorithm>

#include "text/literal/bits.hpp"

namespace mapctl {
namespace {

/// Calls visit(field) for the fields of a struct or union, those of unnamed members included, until
/// it returns true.
template <typename Visit>
bool visit_fields(const Layout& layout, std::uint32_t base, std::uint32_t& index, Visit& visit) {
  for (const Member& member : layout.members) {
    if (!member.name.empty()) {
      if (visit(FoundField{&member, base, index++})) return true;
    } else if (is_composite(member.type) &&
               visit_fields(member.type, base + member.offset(), index, visit)) {
      return true;
    }
  }
  return false;
}

void collect_names(const Layout& layout, std::vector<std::string>& names) {
  for (const Member& member : layout.members) {
    if (is_unseen(member)) continue;
    if (member.name.empty()) {
      collect_names(member.type, names);
    } else {
      names.push_back(member.name);
    }
  }
}

bool is_reserved(const Layout& layout) {
  if (layout.kind == Kind::array) return is_reserved(*layout.element);
  return layout.kind == Kind::reserved;
}

bool bits_are_zero(ByteView bytes, std::uint32_t from, std::uint32_t to) {
  while (from < to && from % 8 != 0) {
    if (get_bits(bytes, from++, 1) != 0) return false;
  }
  while (from < to && to % 8 != 0) {
    if (get_bits(bytes, --to, 1) != 0) return false;
  }
  return from >= to || all_zero(bytes.subspan(from / 8, (to - from) / 8));
}

bool is_member_seen(const Member& member, ByteView bytes) {
  if (is_unseen(member))
    return bits_are_zero(bytes, member.bit_offset, member.bit_offset + bit_width(member));
  if (member.bit_size != 0) return true;
  return is_all_seen(member.type, bytes.subspan(member.offset(), member.type.size));
}

bool is_struct_seen(const Layout& layout, ByteView bytes) {
  std::uint32_t end = 0;
  for (const Member& member : layout.members) {
    if (!bits_are_zero(bytes, end, member.bit_offset)) return false;
    if (!is_member_seen(member, bytes)) return false;
    end = std::max(end, member.bit_offset + bit_width(member));
  }
  return bits_are_zero(bytes, end, layout.size * 8);
}

bool is_array_seen(const Layout& layout, ByteView bytes) {
  for (std::uint32_t i = 0; i < layout.count; ++i) {
    const std::uint32_t size = layout.element->size;
    if (!is_all_seen(*layout.element, bytes.subspan(i * size, size))) return false;
  }
  return true;
}

bool covers(const Member& arm, ByteView bytes) {
  const std::uint32_t end = arm.bit_offset + bit_width(arm);
  return bits_are_zero(bytes, 0, arm.bit_offset) && is_member_seen(arm, bytes) &&
         bits_are_zero(bytes, end, static_cast<std::uint32_t>(bytes.size() * 8));
}

/// The layout after a change of it and of all layouts in it.
template <typename Change>
Layout changed(Layout layout, Change change) {
  change(layout);
  for (Member& member : layout.members) member.type = changed(std::move(member.type), change);
  if (layout.element)
    layout.element = std::make_shared<const Layout>(changed(*layout.element, change));
  return layout;
}

std::uint64_t round_up(std::uint64_t value, std::uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

std::optional<FoundField> find_field(const Layout& layout, std::string_view name) {
  std::optional<FoundField> found;
  const auto visit = [&](const FoundField& field) {
    if (field.member->name == name) found = field;
    return found.has_value();
  };
  std::uint32_t index = 0;
  visit_fields(layout, 0, index, visit);
  return found;
}

FieldIndex field_index(const Layout& layout) {
  FieldIndex fields;
  const auto visit = [&](const FoundField& field) {
    fields.try_emplace(field.member->name, field);
    return false;
  };
  std::uint32_t index = 0;
  visit_fields(layout, 0, index, visit);
  return fields;
}

std::vector<std::string> field_names(const Layout& layout) {
  std::vector<std::string> names;
  collect_names(layout, names);
  return names;
}

bool holds_variables(const Layout& layout) {
  return !layout.members.empty() && std::ranges::all_of(layout.members, [](const Member& member) {
    return member.role == Role::variable;
  });
}

bool holds_spin_lock(const Layout& layout) {
  if (layout.kind == Kind::reserved) return layout.name == "struct bpf_spin_lock";
  return std::ranges::any_of(layout.members,
                             [](const Member& member) { return holds_spin_lock(member.type); });
}

bool is_scalar(const Layout& layout) {
  return !is_composite(layout) && layout.kind != Kind::array && layout.kind != Kind::reserved;
}

bool is_unseen(const Member& member) {
  if (member.role == Role::hidden || is_reserved(member.type)) return true;
  return member.name.empty() &&
         std::all_of(member.type.members.begin(), member.type.members.end(), is_unseen);
}

bool is_kept(const Member& member) {
  return member.role == Role::counter || member.role == Role::variable;
}

std::uint32_t bit_width(const Member& member) {
  return member.bit_size != 0 ? member.bit_size : member.type.size * 8;
}

const Member* printed_arm(const Layout& layout, ByteView bytes) {
  const Member* best = nullptr;
  for (const Member& arm : layout.members) {
    if (is_unseen(arm) || (best && bit_width(arm) <= bit_width(*best))) continue;
    if (covers(arm, bytes)) best = &arm;
  }
  return best;
}

bool is_all_seen(const Layout& layout, ByteView bytes) {
  if (layout.kind == Kind::structure) return is_struct_seen(layout, bytes);
  if (layout.kind == Kind::union_) return printed_arm(layout, bytes) != nullptr || all_zero(bytes);
  if (layout.kind == Kind::array) return is_array_seen(layout, bytes);
  return is_scalar(layout) || all_zero(bytes);
}

bool has_unprintable_union(const Layout& layout, ByteView bytes) {
  for (const Member& member : layout.members) {
    if (!member.name.empty() || is_unseen(member)) continue;
    const ByteView part = bytes.subspan(member.offset(), member.type.size);
    const bool unprintable = member.type.kind == Kind::union_
                                 ? !is_all_seen(member.type, part)
                                 : has_unprintable_union(member.type, part);
    if (unprintable) return true;
  }
  return false;
}

std::uint32_t alignment_of(const Layout& layout) {
  switch (layout.kind) {
    case Kind::text:
    case Kind::bytes:
    case Kind::ipv6:
    case Kind::ip:
    case Kind::mac:
    case Kind::untyped:
      return 1;
    case Kind::reserved:
      return layout.size == 4 ? 4 : 8;  // as the kernel's headers declare
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

std::uint64_t natural_offset(const Member& member, std::uint64_t bits) {
  const std::uint32_t unit =
      member.bit_size != 0 ? member.type.size * 8 : alignment_of(member.type) * 8;
  const bool fits = member.bit_size != 0 && bits % unit + member.bit_size <= unit;
  return fits ? bits : round_up(bits, unit);
}

std::uint32_t natural_size(const Layout& layout, std::uint64_t bits) {
  return static_cast<std::uint32_t>(round_up((bits + 7) / 8, alignment_of(layout)));
}

bool keeps_members(const Layout& layout) {
  if (layout.element && keeps_members(*layout.element)) return true;
  return std::ranges::any_of(layout.members, [](const Member& member) {
    return is_kept(member) || keeps_members(member.type);
  });
}

Layout unions_as_structs(Layout layout) {
  return changed(std::move(layout), [](Layout& each) {
    if (each.kind == Kind::union_) each.kind = Kind::structure;
  });
}

Layout without_counters(const Layout& layout) {
  return changed(layout, [](Layout& each) {
    std::erase_if(each.members, [](const Member& member) { return member.role == Role::counter; });
  });
}

Layout without_kept(const Layout& layout) {
  return changed(layout, [](Layout& each) {
    for (Member& member : each.members)
      if (is_kept(member)) member.role = Role::none;
  });
}

}  // namespace mapctl
