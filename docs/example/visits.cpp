// Keeps visits by address in a BPF map, and lists them. Needs CAP_BPF.

#include <cstdint>
#include <iostream>
#include <optional>

#include "mapctl/batch.hpp"
#include "mapctl/error.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/type_text.hpp"
#include "mapctl/text/typed_map.hpp"

int main() try {
  using namespace mapctl;
  Map visits = create_map({.type = MapType::hash, .name = "visits", .max_entries = 1024},
                          TypePair{parse_type("ipv4"), parse_type("u64")})
                   .map;
  const Schema schema = schema_of(visits);
  const std::uint64_t once = 1;
  visits.put(encode(schema.key, "192.0.2.7"), bytes_of(once), Update::create);
  visits.put(encode(schema.key, "198.51.100.1"), encode(schema.value, "41"));
  visits.erase(encode(schema.key, "192.0.2.7"));

  MapReader reader(visits);
  while (const std::optional<Chunk> chunk = reader.next())
    for (std::size_t i = 0; i < chunk->size(); ++i)
      std::cout << text_of(schema.key, chunk->key(i)) << ' '
                << text_of(schema.value, chunk->value(i)) << '\n';
} catch (const mapctl::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
