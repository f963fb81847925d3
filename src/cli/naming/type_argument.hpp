#pragma once
// TYPE on the command line.

#include <string>

#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

/// Reads a type; C names in it ("struct flow") are those of the compiled program
/// that --btf names, which may be none.
Layout type_of_argument(const std::string& text, const std::string& object);

}  // namespace mapctl::cli
