#pragma once
// Texts on the command line that stand for the contents of a file.

#include <string>
#include <vector>

#include "mapctl/fd.hpp"

namespace mapctl::cli {

/// The text an argument means: `@FILE` is the file's contents, `-` standard
/// input's, without the newline at their end; anything else is itself.
std::string text_of_argument(const std::string& argument);

/// Opens a file of input; throws Failed where it cannot be read.
Fd open_input(const std::string& path);

/// Standard input is read by one reader alone; throws Failed where one has it already.
void take_standard_input();

[[noreturn]] void cannot_read(const std::string& what, int error,
                              std::vector<std::string> fix = {});

/// All of a file; "-" is standard input.
std::string contents_of_file(const std::string& path);

}  // namespace mapctl::cli
