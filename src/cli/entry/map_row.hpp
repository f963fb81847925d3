#pragma once
// Properties of a map as `list` and `show` print them, under the names that scripts rely on.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/output/output.hpp"
#include "mapctl/holders.hpp"
#include "mapctl/map.hpp"

namespace mapctl::cli {

/// id name type flags key_size value_size max_entries entries bytes_memlock frozen btf_id pinned
std::vector<Column> map_columns();

/// The columns of a table for people: some of map_columns(), and fill.
std::vector<Column> map_columns_for_people();

/// Writes the members of map_columns() into the row that is open. `entries` is quick_count(map).
void write_map_members(Output& output, const Map& map, std::span<const std::string> pins,
                       std::optional<std::uint64_t> entries);

/// Writes the member fill: how much of the map is used, in percent. An array is always full, so it
/// has none.
void write_fill(Output& output, const MapInfo& info, std::optional<std::uint64_t> entries);

/// Writes the member pids: `bash(1234)` for people, and a struct for each holder for scripts.
void write_holders(Output& output, std::span<const MapHolder> holders, bool for_people);

}  // namespace mapctl::cli
