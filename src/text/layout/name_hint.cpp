#include "text/layout/name_hint.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace mapctl {

namespace {

using namespace std::literals;

constexpr std::array address_words{
    "addr"sv,   "addrs"sv,   "address"sv, "saddr"sv, "daddr"sv,   "ip"sv,          "ipaddr"sv,
    "ipv4"sv,   "ip4"sv,     "v4"sv,      "sip"sv,   "dip"sv,     "vip"sv,         "rip"sv,
    "src"sv,    "dst"sv,     "source"sv,  "dest"sv,  "network"sv, "destination"sv, "gw"sv,
    "subnet"sv, "gateway"sv, "nexthop"sv, "host"sv,  "peer"sv};
constexpr std::array mac_words{"mac"sv,    "macaddr"sv, "eth"sv,  "ether"sv, "ethaddr"sv,
                               "hwaddr"sv, "lladdr"sv,  "smac"sv, "dmac"sv,  "hw"sv,
                               "source"sv, "dest"sv,    "src"sv,  "dst"sv,   "addr"sv};
constexpr std::array ipv6_words{"ipv6"sv,   "ip6"sv,    "v6"sv,   "in6"sv, "addr6"sv,
                                "saddr6"sv, "daddr6"sv, "src6"sv, "dst6"sv};

/// Returns whether one of the words between the underscores is in the list.
bool has_word(std::string_view name, std::span<const std::string_view> words) {
  while (!name.empty()) {
    const std::size_t length = std::min(name.find('_'), name.size());
    if (std::ranges::find(words, name.substr(0, length)) != words.end()) return true;
    name.remove_prefix(std::min(length + 1, name.size()));
  }
  return false;
}

}  // namespace

bool is_address_name(std::string_view name) { return has_word(name, address_words); }
bool is_mac_name(std::string_view name) { return has_word(name, mac_words); }
bool is_ipv6_name(std::string_view name) { return has_word(name, ipv6_words); }

}  // namespace mapctl
