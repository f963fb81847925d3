#pragma once
// The width of a text on a terminal.

#include <cstddef>
#include <string_view>

namespace mapctl::cli {

/// Returns the number of terminal columns, by our own table: wcwidth() needs locale files, which a
/// container or an initramfs does not have.
std::size_t width_of(std::string_view text);

}  // namespace mapctl::cli
