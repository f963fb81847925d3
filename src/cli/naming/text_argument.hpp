#pragma once
// Texts on the command line that can name a file with their contents.

#include <string>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// The text of an argument: `@FILE` is the file's contents, `-` is standard input, both without the
/// final newline; anything else is itself.
std::string text_of_argument(const std::string& argument);

/// Opens a file of input; throws Failed if it cannot be read.
Fd open_input(const std::string& path);

/// Reserves standard input for one reader; throws Failed if it is taken already.
void take_standard_input();

[[noreturn]] void cannot_read(const std::string& what, int error,
                              std::vector<std::string> fix = {});

}  // namespace mapctl::cli
