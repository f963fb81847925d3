#pragma once
// Roles of members by name, as in the tag mapctl:NAME.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// "counter", …; empty for Role::none.
std::string_view name_of_role(Role role);

std::optional<Role> role_called(std::string_view name);

std::vector<std::string> role_names();

}  // namespace mapctl
