#pragma once
// The names of enumerators, both ways.

#include <string>
#include <string_view>
#include <vector>

#include "mapctl/text/layout.hpp"

namespace mapctl {

/// The enumerator of that full or short name. Exact names go first, so that
/// names that differ only in case stay apart.
const Enumerator* find_enumerator(const Layout& layout, std::string_view name);

/// The name that reads back as this value, short if possible; empty if none does.
std::string_view enumerator_name(const Layout& layout, std::uint64_t value);

/// The names that a text may give.
std::vector<std::string> enumerator_names(const Layout& layout);

}  // namespace mapctl
