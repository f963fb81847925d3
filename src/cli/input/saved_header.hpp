#pragma once
// The first line of a saved map: everything needed to make the map again.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapctl/batch.hpp"
#include "mapctl/map_spec.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/typed_map.hpp"

namespace mapctl::cli {

struct SavedMap {
  MapSpec spec;   ///< complete
  Schema schema;  ///< the types with which the entries that follow are read and written
  bool frozen = false;
  std::vector<std::string> pinned{};        ///< paths of its pins
  std::shared_ptr<const SavedMap> inner{};  ///< for a map of maps: the model of its inner maps

  /// The types for its creation; nothing if neither key nor value has a type.
  std::optional<TypePair> types() const;
};

struct SavedHeader {
  SavedMap map;
  std::optional<std::uint64_t> entries{};  ///< the number of lines that follow
  std::optional<Consistency> consistency{};
};

/// Describes a map for saving. A type without an exact text is replaced by its size.
SavedMap describe(const MapInfo& info, const Schema& schema);

/// Returns one line of JSON without a newline, padded with spaces to `width`.
std::string header_line(const SavedHeader& header, std::size_t width = 0);

/// The maximum length of the line after the entries are counted.
std::size_t longest_header(SavedHeader header);

/// Returns true if a line is a header and not an entry.
bool is_header(std::string_view line);

/// Reads the line; unknown members are ignored, since newer versions may add them. Throws BadInput
/// if no map can be made from it.
SavedHeader read_header(std::string_view line);

/// Reads only the number of entries that follow, if present: the rest does not matter to a map that
/// exists already.
std::optional<std::uint64_t> entries_in_header(std::string_view line);

}  // namespace mapctl::cli
