#pragma once
// Types of maps that others made without saying them: files in types.d name them by the names of
// maps.

#include <functional>
#include <string>

#include "mapctl/map.hpp"

namespace mapctl::cli {

/// What a file says of the maps of that name.
struct TypeHint {
  std::string map;        ///< a pattern with * and ?
  std::string program{};  ///< likewise, of a program that uses the map; empty: whatever uses it
  std::string key{};      ///< a type; empty: nothing is said of the keys
  std::string value{};
  std::string file{};
};

/// Calls `use` with the hints about the map, until one is used: first those of the file, if one is
/// given, then those of the caller, of the host, and those that came with mapctl. Of the latter,
/// files that others could write are not read, which is noted.
void try_hints(const Map& map, const std::string& file,
               const std::function<bool(const TypeHint&)>& use);

}  // namespace mapctl::cli
