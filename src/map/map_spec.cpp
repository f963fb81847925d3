#include "mapctl/map_spec.hpp"

#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"

#include "mapctl/info.hpp"

// Completes a specification with the values that follow from its type.

namespace mapctl {
namespace {

/// Sets a size that is not set yet.
void fill(std::uint32_t& size, std::uint32_t known) {
  if (size == 0) size = known;
}

}  // namespace

MapSpec complete(MapSpec spec) {
  fill(spec.key_size, fixed_key_size(spec.type));
  fill(spec.value_size, fixed_value_size(spec.type));
  if (spec.type == MapType::perf_event_array)
    fill(spec.max_entries, static_cast<std::uint32_t>(possible_cpus().size()));
  spec.flags |= required_flags(spec.type);
  if (spec.numa_node) spec.flags |= map_flag::numa_node;
  return spec;
}

}  // namespace mapctl
