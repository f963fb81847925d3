#pragma once
// The words of a call before they are parsed: which are options, which are arguments.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mapctl::cli {

using Arguments = std::vector<std::string>;

/// "-1", "-.5", "-inf": begins like an option and is none.
bool is_negative_number(std::string_view word);

/// Whether the word can only be an argument: no option, and no "--".
bool is_argument(std::string_view word);

/// The index of the first word from there on that is neither a global option nor its value.
std::optional<std::size_t> first_word(const Arguments& words, std::size_t from = 0);

/// Takes that word out; empty where there is none.
std::string take_word(Arguments& words, std::size_t from = 0);

/// Whether errors are wanted as JSON; readable before anything is parsed.
bool wants_json(const Arguments& words);

}  // namespace mapctl::cli
