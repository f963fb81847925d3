#pragma once
// The width of texts in columns of a terminal.

#include <cstddef>
#include <string_view>

namespace mapctl::cli {

std::size_t width_of(std::string_view text);

/// As many whole characters from the beginning as fit into that width.
std::string_view beginning(std::string_view text, std::size_t width);

}  // namespace mapctl::cli
