#include "text/layout/member_roles.hpp"

#include <algorithm>
#include <array>

namespace mapctl {

namespace {

constexpr std::array roles{Role::counter,  Role::hidden,  Role::ip_family,
                           Role::ip_proto, Role::ip_port, Role::variable};

}  // namespace

std::string_view name_of_role(Role role) {
  switch (role) {
    case Role::counter:
      return "counter";
    case Role::hidden:
      return "hidden";
    case Role::ip_family:
      return "ip_family";
    case Role::ip_proto:
      return "ip_proto";
    case Role::ip_port:
      return "ip_port";
    case Role::variable:
      return "variable";
    case Role::none:
      return "";
  }
  return "";
}

std::optional<Role> role_called(std::string_view name) {
  const auto found = std::ranges::find(roles, name, name_of_role);
  return found == roles.end() ? std::nullopt : std::optional{*found};
}

std::vector<std::string> role_names() {
  std::vector<std::string> names;
  for (const Role role : roles) names.emplace_back(name_of_role(role));
  return names;
}

}  // namespace mapctl
