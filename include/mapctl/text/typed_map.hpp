#pragma once
// Maps that remember the types of their keys and values.

#include <optional>
#include <string>
#include <vector>

#include "mapctl/map.hpp"
#include "mapctl/text/layout.hpp"

namespace mapctl {

/// The types of key and value that a map is created with.
struct TypePair {
  Layout key;
  Layout value;
};

struct CreatedMap {
  Map map;
  /// Why the map lacks the types that it was to have: "the kernel keeps no types for a queue".
  /// Empty if it has them.
  std::string untyped_because{};
};

/// Completes types and specification from each other: sizes, the index of an array, the types that
/// a storage needs.
MapSpec complete(MapSpec spec, std::optional<TypePair>& types);

/// Creates a map with these types, loaded into the kernel as BTF so that the map itself remembers
/// them. If the kernel does not take them, the map is created without types. Throws as
/// Map::create(), and BadInput if BTF cannot hold the types or the kernel makes no such map without
/// types.
CreatedMap create_map(const MapSpec& spec, std::optional<TypePair> types);

/// Like differences(map, spec), and how the types differ. Types that only one side has are no
/// difference: the kernel may have refused them.
std::vector<std::string> differences(const Map& map, const MapSpec& spec,
                                     std::optional<TypePair> types);

}  // namespace mapctl
