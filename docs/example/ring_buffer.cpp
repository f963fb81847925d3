// Prints the numbers that programs send through a ring buffer, until there are COUNT of them.
// Usage: ring_buffer MAP_ID COUNT. Needs CAP_BPF, and CAP_SYS_ADMIN to open a map by its id.

#include <chrono>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>

#include "mapctl/error.hpp"
#include "mapctl/events.hpp"
#include "mapctl/map.hpp"

namespace {

void print(const mapctl::Event& event) {
  std::uint64_t number = 0;
  if (event.data.size() < sizeof number) throw std::runtime_error("an event is too short");
  std::memcpy(&number, event.data.data(), sizeof number);
  std::cout << number << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: ring_buffer MAP_ID COUNT");
  mapctl::Map map = mapctl::Map::open(static_cast<std::uint32_t>(std::stoul(argv[1])));
  mapctl::EventReader reader(map);
  for (std::size_t rest = std::stoul(argv[2]); rest > 0;)
    rest -= reader.poll(std::chrono::seconds(1), print, rest);
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
