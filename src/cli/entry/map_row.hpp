#pragma once
// Properties of a map as `list` and `show` print them, under the names that scripts rely on.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/output.hpp"
#include "mapctl/holders.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// What a row tells of a map.
struct MapRow {
  MapRow(const Map& map, std::vector<std::string> pin_paths, std::optional<std::uint64_t> count);

  /// How much of the map is used, in percent. An array is always full, so it has none.
  std::optional<double> fill() const;

  MapInfo info;
  MapUsage usage;
  std::vector<std::string> pins;
  std::optional<std::uint64_t> entries;
};

/// id name type flags key_size value_size max_entries entries bytes_memlock frozen btf_id pinned
std::vector<Column> map_columns();

/// The columns of a table for people: some of map_columns(), and fill.
std::vector<Column> map_columns_for_people();

/// Writes the members of map_columns() into the row that is open. Returns false if the format has
/// members of its own, to which nothing may be added.
bool write_map_members(Output& output, const MapRow& map);

/// The fields of a row for expressions; bytes_memlock is also called memory.
Layout map_row_layout();
/// The bytes of that layout; numbers that are not known are NaN.
Bytes map_row_bytes(const MapRow& map);

/// Writes the member pids: `bash(1234)` for people, and a struct for each holder for scripts.
void write_holders(Output& output, std::span<const MapHolder> holders, bool for_people);

}  // namespace mapctl::cli
