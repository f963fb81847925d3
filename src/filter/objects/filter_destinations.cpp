// Rules by destination: how many there are, and whether a program looks at them.

#include <cstddef>

#include "filter.h"
#include "filter/objects/maps.hpp"
#include "filter/objects/rodata_flag.hpp"
#include "mapctl/batch.hpp"
#include "mapctl/filter/filter.hpp"

namespace mapctl {

std::optional<bool> uses_destinations(const ProgramInfo& program) {
  return program_flag(program, "use_destinations");
}

bool is_by_destination(ByteView key) {
  return (std::to_integer<unsigned>(key[offsetof(filter_key, family)]) & FILTER_TO) != 0;
}

std::size_t count_destination_rules(const Map& rules) {
  std::size_t count = 0;
  MapReader reader(rules, MapReader::Wanted::keys);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i)
      if (is_by_destination(chunk->key(i))) ++count;
  return count;
}

}  // namespace mapctl
