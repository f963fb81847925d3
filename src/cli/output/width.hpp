#pragma once
// How wide a terminal shows a text.

#include <cstddef>
#include <string_view>

namespace mapctl::cli {

/// Columns of a terminal, by our own table: wcwidth() needs a locale's files, which
/// a container or an initramfs does not have.
std::size_t width_of(std::string_view text);

}  // namespace mapctl::cli
