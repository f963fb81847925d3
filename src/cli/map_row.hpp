#pragma once
// A map's properties as `list` and `show` print them, under the names scripts rely on.

#include <span>
#include <string>
#include <vector>

#include "mapctl/map.hpp"
#include "output/output.hpp"

namespace mapctl::cli {

/// id name type flags key_size value_size max_entries entries bytes_memlock frozen btf_id pinned
std::vector<Column> map_columns();

/// Writes those members into the row that is open.
void write_map_members(Output& output, const Map& map, std::span<const std::string> pins);

}  // namespace mapctl::cli
