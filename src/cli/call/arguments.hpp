#pragma once
// Classifies the words of a call before parsing: options and arguments.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mapctl::cli {

using Arguments = std::vector<std::string>;

/// Returns true for "-1", "-.5", "-inf": these begin like an option but are numbers.
bool is_negative_number(std::string_view word);

/// Returns true if the word can only be an argument: it is neither an option nor "--".
bool is_argument(std::string_view word);

/// The index of the first word at or after `from` that is neither a global option nor its value.
std::optional<std::size_t> first_word(const Arguments& words, std::size_t from = 0);

/// Removes that word and returns it; empty if there is none.
std::string take_word(Arguments& words, std::size_t from = 0);

/// Returns true if errors are wanted as JSON; works before anything is parsed.
bool wants_json(const Arguments& words);

}  // namespace mapctl::cli
