#include "mapctl/text/layout.hpp"

#include <algorithm>

namespace mapctl {

namespace {

constexpr std::uint32_t v4_key_size = 8;
constexpr std::uint32_t v6_key_size = 20;

}  // namespace

Layout untyped_layout(std::uint32_t size, bool lpm_key) {
  Layout layout{.kind = Kind::untyped, .size = size};
  if (lpm_key && (size == v4_key_size || size == v6_key_size)) {
    layout.prefix = PrefixShape{};
    layout.prefix->v4 = size == v4_key_size;
    layout.prefix->v6 = size == v6_key_size;
    layout.prefix->bare = true;
  }
  return layout;
}

Layout bytes_layout(std::uint32_t size) { return {.kind = Kind::bytes, .size = size}; }

bool keeps_members(const Layout& layout) {
  if (layout.element && keeps_members(*layout.element)) return true;
  return std::ranges::any_of(layout.members, [](const Member& member) {
    return member.role == Role::counter || member.role == Role::variable ||
           keeps_members(member.type);
  });
}

Layout without_counters(const Layout& layout) {
  Layout rest = layout;
  std::erase_if(rest.members, [](const Member& member) { return member.role == Role::counter; });
  for (Member& member : rest.members) member.type = without_counters(member.type);
  if (rest.element) rest.element = std::make_shared<const Layout>(without_counters(*rest.element));
  return rest;
}

}  // namespace mapctl
