#include "mapctl/filter/known_types.hpp"

#include <bpf/libbpf.h>

#include "filter.h"
#include "filter.skel.h"
#include "filter/objects/skeleton.hpp"
#include "text/btf/layout_btf.hpp"

namespace mapctl {

namespace {

bool looks_like(const MapInfo& map, const bpf_map* ours) {
  return static_cast<bpf_map_type>(map.type) == bpf_map__type(ours) &&
         map.key_size == bpf_map__key_size(ours) && map.value_size == bpf_map__value_size(ours) &&
         map.flags == bpf_map__map_flags(ours);
}

}  // namespace

std::optional<Schema> known_filter_schema(const MapInfo& map) {
  const bool has_size =
      map.value_size == sizeof(filter_rule) || map.value_size == sizeof(::filter_totals);
  if (!has_size) return std::nullopt;  // opening the program takes long
  const FilterSkeleton skeleton = open_skeleton("read the types of the filter");
  const btf& types = *bpf_object__btf(skeleton->obj);
  for (const bpf_map* const ours : {skeleton->maps.filter_map, skeleton->maps.filter_stats}) {
    if (!looks_like(map, ours)) continue;
    return Schema{.key = key_layout_of(*skeleton, *ours),
                  .value = layout_of(types, bpf_map__btf_value_type_id(ours)),
                  .per_cpu = is_per_cpu(map.type)};
  }
  return std::nullopt;
}

}  // namespace mapctl
