#pragma once
// Translates the library's remedies into commands and options of the tool.

#include <cstdint>
#include <string>
#include <vector>

#include "mapctl/error.hpp"

namespace mapctl::cli {

/// Returns one suggestion for each remedy: its text, and the command or option for it.
std::vector<std::string> advice(const std::vector<Remedy>& remedies);

/// The commands that copy a map into a new one with that many entries.
std::string larger_map(const std::string& map, std::uint64_t entries);

}  // namespace mapctl::cli
