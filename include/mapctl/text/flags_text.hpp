#pragma once
// The flags that maps are created with, as text.

#include <cstdint>
#include <string_view>

namespace mapctl {

/// Reads "no_prealloc,mmapable", the names that flag_names() gives, or numbers. Throws
/// BadInput naming the known flags.
std::uint32_t parse_flags(std::string_view names);

}  // namespace mapctl
