// A blocklist of networks: an LPM trie whose keys are written and read as text. Says which
// entry decides about an address. Needs CAP_BPF.

#include <iostream>

#include "mapctl/batch.hpp"
#include "mapctl/error.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text/codec.hpp"
#include "mapctl/text/schema.hpp"
#include "mapctl/text/type_text.hpp"
#include "mapctl/text/typed_map.hpp"

using namespace mapctl;

int main() try {
  Map blocklist = create_map({.type = MapType::lpm_trie, .name = "blocklist", .max_entries = 1024},
                             TypePair{parse_type("cidr4"), parse_type("enum{DROP=1,PASS=2}")})
                      .map;
  const Schema schema = schema_of(blocklist);
  const auto put = [&](std::string_view network, std::string_view action) {
    blocklist.put(encode(schema.key, network), encode(schema.value, action));
  };
  put("192.0.2.0/24", "drop");
  put("192.0.2.7/32", "pass");

  for (const char* address : {"192.0.2.1", "192.0.2.7", "198.51.100.1"}) {
    const std::optional<Match> match = blocklist.match(encode(schema.key, address));
    std::cout << address << ": "
              << (match ? text_of(schema.value, match->value) + " by " +
                              text_of(schema.key, match->prefix)
                        : "no entry")
              << '\n';
  }
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
