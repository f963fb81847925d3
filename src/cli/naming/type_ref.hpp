#pragma once
// Resolves TYPE on the command line, and the names of C types in it.

#include <string>
#include <vector>

#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"
#include "mapctl/text/object_types.hpp"

namespace mapctl::cli {

/// Parses a type. C names in it ("struct flow") are looked up in `object`, the value of --btf: a
/// compiled program, or a loaded one by its pin, id:N or name:NAME. If that is empty, they are
/// looked up in the programs that use the map, if there is one.
Layout type_of_argument(const std::string& text, const std::string& object,
                        const Map* map = nullptr);

/// The types of the programs that use the map, as far as the caller may read them; programs of one
/// object file share theirs.
std::vector<ObjectTypes> types_of_programs(const Map& map);

}  // namespace mapctl::cli
