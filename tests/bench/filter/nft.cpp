#include "nft.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

namespace mapctl::bench {

namespace {

constexpr const char* ruleset_file = "/mnt/ruleset";
constexpr const char* counter_file = "/mnt/counter";

bool is_of_hosts(const Blocklist& blocked) { return blocked.bits() == 32; }

std::string elements(const Blocklist& blocked) {
  const std::string length = is_of_hosts(blocked) ? "" : fmt::format("/{}", blocked.bits());
  std::string text;
  for (const Address& prefix : blocked.prefixes())
    text += fmt::format("{}{},\n", text_of(blocked.family(), prefix), length);
  return text;
}

std::string ruleset(const std::string& interface, const Blocklist& blocked) {
  return fmt::format(
      "table netdev bench {{\n"
      "counter dropped {{}}\n"
      "set blocked {{ type ipv4_addr; {} elements = {{ {} }} }}\n"
      "chain ingress {{ type filter hook ingress device {} priority 0; policy accept;\n"
      "ip saddr @blocked counter name dropped drop\n"
      "}}\n}}\n",
      is_of_hosts(blocked) ? "" : "flags interval;", elements(blocked), interface);
}

}  // namespace

NftSet::NftSet(const Launcher& launcher, const std::string& interface, const Blocklist& blocked)
    : launcher_(launcher) {
  std::ofstream(ruleset_file) << ruleset(interface, blocked);
  launcher_.run({"nft", "-f", ruleset_file});
}

NftSet::~NftSet() { launcher_.run({"nft", "delete", "table", "netdev", "bench"}); }

std::uint64_t NftSet::dropped() const {
  launcher_.run({"nft", "list", "counter", "netdev", "bench", "dropped"}, counter_file);
  std::ifstream file(counter_file);
  for (std::string word; file >> word;)
    if (std::uint64_t packets = 0; word == "packets" && file >> packets) return packets;
  throw std::runtime_error("nft does not tell what it dropped");
}

}  // namespace mapctl::bench
