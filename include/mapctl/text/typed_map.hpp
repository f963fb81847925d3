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
  /// Why the map has no types, where it was to have some: "the kernel keeps no types for a
  /// queue". Empty where it has them.
  std::string untyped_because{};
};

/// Completes types and specification with what each says about the other: sizes, the index of
/// an array, the types that a storage cannot be without.
MapSpec complete(MapSpec spec, std::optional<TypePair>& types);

/// Creates a map with these types, loaded into the kernel as BTF so that the map itself
/// remembers them. Where the kernel does not take them, the map is created without.
/// Throws what Map::create throws, and BadInput where BTF cannot hold the types or the kernel
/// makes no such map without types.
CreatedMap create_map(const MapSpec& spec, std::optional<TypePair> types);

/// As differences(map, spec), and how the types differ. Types that only one side has are no
/// difference: the kernel may have refused them.
std::vector<std::string> differences(const Map& map, const MapSpec& spec,
                                     std::optional<TypePair> types);

}  // namespace mapctl
