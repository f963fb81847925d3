#pragma once
// IP protocol numbers by name.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mapctl {

/// "tcp" for 6; empty for a number without a name here.
std::string_view protocol_name(unsigned number);

/// The number of a protocol name; case does not count.
std::optional<unsigned> protocol_number(std::string_view name);

/// Every name there is.
std::vector<std::string> protocol_names();

/// Returns whether the protocol's header begins with a source and a destination port.
bool has_ports(unsigned protocol);

}  // namespace mapctl
