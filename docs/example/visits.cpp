// Counts visits by port in a BPF map, and lists them. Needs CAP_BPF.

#include <cstdint>
#include <iostream>

#include "mapctl/entries.hpp"
#include "mapctl/error.hpp"
#include "mapctl/map.hpp"

namespace {

using Port = std::uint16_t;

struct Visits {
  std::uint64_t count;
  std::uint64_t bytes;
};

void count(mapctl::Map& map, Port port, std::uint64_t bytes) {
  const Visits before = map.get<Visits>(port).value_or(Visits{});
  map.put(port, Visits{before.count + 1, before.bytes + bytes});
}

}  // namespace

int main() try {
  mapctl::Map visits = mapctl::Map::create({.type = mapctl::MapType::hash,
                                            .name = "visits",
                                            .key_size = sizeof(Port),
                                            .value_size = sizeof(Visits),
                                            .max_entries = 1024});
  count(visits, 443, 60);
  count(visits, 443, 1500);
  count(visits, 22, 60);
  visits.erase(Port{22});

  for (const auto [port, seen] : mapctl::entries<Port, Visits>(visits))
    std::cout << port << ' ' << seen.count << ' ' << seen.bytes << '\n';
} catch (const mapctl::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
