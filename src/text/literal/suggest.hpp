#pragma once
// Parts of messages: names to choose from, and "did you mean …?".

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/error.hpp"

namespace mapctl {

/// Finds the candidate with the fewest typing slips (letters missing, added, wrong or swapped; case
/// does not count) compared with the word; nullopt if even that one is too different to suggest.
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'drop'?", or nothing.
std::vector<Remedy> suggestion(std::string_view word, const std::vector<std::string>& names);

/// "1 element", "2 elements"
std::string counted(std::size_t count, std::string_view noun);

/// "a, b, c". A long list ends with "and 7 more".
std::string name_list(const std::vector<std::string>& names);

}  // namespace mapctl
