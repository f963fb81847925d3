#pragma once
// "Did you mean …?": the name that was probably meant.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mapctl {

/// The candidate with the fewest typing slips (letters missing, added, wrong or
/// swapped; case does not count) between it and the word, or nothing if even
/// that one is too far off to be worth suggesting.
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

}  // namespace mapctl
