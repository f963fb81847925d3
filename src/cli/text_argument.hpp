#pragma once
// Texts on the command line that stand for the contents of a file.

#include <string>

namespace mapctl::cli {

/// The text an argument means: `@FILE` is the file's contents, `-` standard
/// input's, without the newline at their end; anything else is itself.
std::string text_of_argument(const std::string& argument);

/// All of a file; "-" is standard input.
std::string contents_of_file(const std::string& path);

}  // namespace mapctl::cli
