#pragma once
// Parses TYPE on the command line.

#include <string>

#include "mapctl/text/layout.hpp"

namespace mapctl::cli {

/// Parses a type; C names in it ("struct flow") are looked up in the compiled program of --btf.
/// `object` may be empty.
Layout type_of_argument(const std::string& text, const std::string& object);

}  // namespace mapctl::cli
