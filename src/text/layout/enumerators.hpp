#pragma once
// The names of enumerators, and short ones for them: `drop` for FILTER_DROP.

#include <string>
#include <string_view>
#include <vector>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// Sets the short names. They omit the prefix up to an underscore that all names share; a single
/// name omits the prefix of its enum. No short name is empty or begins with a digit.
void set_short_names(std::vector<Enumerator>& enumerators, std::string_view enum_name);

/// Finds the enumerator with that full or short name. Exact names win, so that names that differ
/// only in case stay distinct.
const Enumerator* find_enumerator(const Layout& layout, std::string_view name);

/// The name that reads back as this value, short if possible; empty if none does.
std::string_view enumerator_name(const Layout& layout, std::uint64_t value);

/// The names that a text may give.
std::vector<std::string> enumerator_names(const Layout& layout);

}  // namespace mapctl
