#include "text/codec/named_members.hpp"

#include <algorithm>

#include "text/codec/codec_parts.hpp"
#include "text/layout/enumerators.hpp"
#include "text/layout/fields.hpp"
#include "text/literal/suggest.hpp"

namespace mapctl {
namespace {

/// Bitfields without a name hold nothing.
bool holds_fields(const Member& member) {
  return !member.name.empty() || is_composite(member.type);
}

bool lacks_zero(const Layout& type) {
  return type.kind == Kind::enumeration && !type.enumerators.empty() &&
         std::ranges::none_of(type.enumerators, [](const Enumerator& e) { return e.value == 0; });
}

/// "action=drop or action=pass"
std::string choices(const Member& member) {
  constexpr std::size_t most = 8;
  const std::vector<std::string> names = enumerator_names(member.type);
  const std::size_t shown = std::min(names.size(), most);
  std::string list;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) list += i + 1 < names.size() ? ", " : " or ";
    list += member.name + "=" + names[i];
  }
  return shown < names.size() ? list + " or another" : list;
}

/// Refuses a missing member whose 0 would be meaningless. Unions and arrays may be empty slots, so
/// their zeros are accepted.
void check_left_out(const Member& member, const ValuePath& place) {
  if (is_unseen(member) || is_kept(member)) return;
  if (lacks_zero(member.type)) refuse(place, "say which " + member.name + ": " + choices(member));
  if (member.type.kind != Kind::structure) return;
  const ValuePath inner{&place, member.name};
  for (const Member& each : member.type.members)
    check_left_out(each, member.name.empty() ? place : inner);
}

}  // namespace

bool NamedMembers::has(std::uint32_t index) const {
  if (index < 64) return (first_ >> index & 1) != 0;
  return index - 64 < more_.size() && more_[index - 64];
}

void NamedMembers::add(std::uint32_t index) {
  if (index < 64) {
    first_ |= std::uint64_t{1} << index;
    return;
  }
  if (index - 64 >= more_.size()) more_.resize(index - 63);
  more_[index - 64] = true;
}

bool NamedMembers::names_any(const Member& member, std::uint32_t& index) const {
  if (!member.name.empty()) return has(index++);
  bool any = false;
  for (const Member& each : member.type.members)
    if (holds_fields(each) && names_any(each, index)) any = true;
  return any;
}

void NamedMembers::check(const Layout& layout, const ValuePath& place) const {
  std::uint32_t index = 0;
  check(layout, index, place);
}

void NamedMembers::check(const Layout& layout, std::uint32_t& index, const ValuePath& place) const {
  const bool is_union = layout.kind == Kind::union_;
  unsigned arms = 0;
  for (const Member& member : layout.members) {
    if (!holds_fields(member)) continue;
    std::uint32_t next = index;
    const bool named = names_any(member, next);
    if (named) ++arms;
    if (member.name.empty() && (named || !is_union)) check(member.type, index, place);
    if (!member.name.empty() && !named && !is_union) check_left_out(member, place);
    index = next;
  }
  if (is_union && arms > 1)
    refuse(place,
           "only one of " + name_list(field_names(layout)) + " can be given: they share bytes");
}

}  // namespace mapctl
