#pragma once
// The first line of a saved map: what it takes to make the map again.

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
  Schema schema;  ///< how the entries that follow are read and written
  bool frozen = false;
  std::vector<std::string> pinned{};        ///< paths
  std::shared_ptr<const SavedMap> inner{};  ///< of a map of maps: what the maps in it are like

  /// To create it with; nothing where neither key nor value has a type.
  std::optional<TypePair> types() const;
};

struct SavedHeader {
  SavedMap map;
  std::optional<std::uint64_t> entries{};  ///< how many lines follow
  std::optional<Consistency> consistency{};
};

/// What is saved of a map. A type that has no exact text is replaced by its size.
SavedMap describe(const MapInfo& info, const Schema& schema);

/// One line of JSON without its end, filled up with spaces to `width`.
std::string header_line(const SavedHeader& header, std::size_t width = 0);

/// The longest that the line can become once the entries are counted.
std::size_t longest_header(SavedHeader header);

/// Whether a line is a header, and not an entry.
bool is_header(std::string_view line);

/// Reads the line; members that it does not know are for newer versions. Throws BadInput
/// where it makes no map.
SavedHeader read_header(std::string_view line);

/// Only how many entries follow, where it says so: what else it says is no matter to a map
/// that is there already.
std::optional<std::uint64_t> entries_in_header(std::string_view line);

}  // namespace mapctl::cli
