#pragma once
// The types that only the kernel may write: locks, timers and similar members of values.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// Returns whether a struct of that name is such a type.
bool is_reserved_name(std::string_view struct_name);

/// "bpf_spin_lock", …; "kptr" is a pointer that the kernel keeps.
std::optional<Layout> reserved_layout(std::string_view name);

/// Its name in the notation of types.
std::string reserved_name(const Layout& reserved);

std::uint32_t reserved_alignment(const Layout& reserved);

/// All names that reserved_layout knows.
std::vector<std::string> reserved_names();

}  // namespace mapctl
