#include "text/layout/member_roles.hpp"

#include <algorithm>
#include <iterator>

namespace mapctl {

namespace {

constexpr std::string_view names[] = {"",         "counter", "hidden",  "ip_family",
                                      "ip_proto", "ip_port", "variable"};
static_assert(std::size(names) == static_cast<std::size_t>(Role::variable) + 1);

}  // namespace

std::string_view name_of_role(Role role) { return names[static_cast<std::size_t>(role)]; }

std::optional<Role> role_called(std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  if (name.empty() || found == std::end(names)) return std::nullopt;
  return static_cast<Role>(found - std::begin(names));
}

std::vector<std::string> role_names() { return {std::begin(names) + 1, std::end(names)}; }

}  // namespace mapctl
