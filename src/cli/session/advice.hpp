#pragma once
// Remedies of the library in the words of the tool, with its commands and options.

#include <cstdint>
#include <string>
#include <vector>

#include "mapctl/error.hpp"

namespace mapctl::cli {

/// One suggestion for each remedy: its text, and the command or option that does it.
std::vector<std::string> advice(const std::vector<Remedy>& remedies);

/// The commands that make a copy of a map with room for so many entries.
std::string larger_map(const std::string& map, std::uint64_t entries);

}  // namespace mapctl::cli
