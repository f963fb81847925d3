#include "filter/load/trie_walk.hpp"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "filter.h"
#include "filter.skel.h"
#include "map/libbpf_options.hpp"

namespace mapctl {

namespace {

/// All keys of a family have the same address, so that every rule contains every packet's address.
filter_key key(unsigned family, unsigned protocol, unsigned port, unsigned prefix_length) {
  filter_key key{.prefixlen = prefix_length,
                 .family = static_cast<__u8>(family),
                 .proto = static_cast<__u8>(protocol),
                 .dport = htons(static_cast<std::uint16_t>(port))};
  key.addr.v4 = htonl(0x0a010203);
  return key;
}

constexpr unsigned service = FILTER_SERVICE_BITS;

const std::array packets{
    key(4, IPPROTO_TCP, 22, service + FILTER_V4_BITS),
    key(4, IPPROTO_TCP, 23, service + FILTER_V4_BITS),
    key(4, IPPROTO_UDP, 53, service + FILTER_V4_BITS),
    key(4, IPPROTO_ESP, 0, service + FILTER_V4_BITS),
    key(6, IPPROTO_TCP, 22, service + FILTER_V6_BITS),
    key(6, IPPROTO_UDP, 53, service + FILTER_V6_BITS),
};

/// Put one by one: the trie has one node at first, then branches at every part of a key.
const std::array rules{
    key(0, 0, 0, 0),
    key(4, IPPROTO_TCP, 22, service + 8),
    key(4, 0, 0, service + 16),
    key(4, IPPROTO_TCP, 23, service + 32),
    key(6, IPPROTO_UDP, 0, service),
    key(4, IPPROTO_UDP, 0, service + 8),
    key(6, IPPROTO_TCP, 22, service + 64),
    key(4, IPPROTO_TCP, 0, service + 24),
};

bool agrees_on(filter_bpf& skeleton, const filter_key& packet) {
  skeleton.bss->walk_question = packet;
  const std::array<std::byte, ETH_HLEN> frame{};
  auto options = libbpf_options<bpf_test_run_opts>();
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  return bpf_prog_test_run_opts(bpf_program__fd(skeleton.progs.check_walk), &options) == 0 &&
         options.retval == 1;
}

bool put(filter_bpf& skeleton, const filter_key& rule) {
  const filter_rule value{.action = FILTER_PASS};
  return bpf_map_update_elem(bpf_map__fd(skeleton.maps.walk_rules), &rule, &value, BPF_ANY) == 0;
}

}  // namespace

void set_walk(filter_bpf& skeleton, TrieWalk walk) {
  const bool walks = walk != TrieWalk::off;
  skeleton.rodata->walks_trie = walks;
  skeleton.rodata->walk_is_wrong = walk == TrieWalk::wrong;
  bpf_program__set_autoload(skeleton.progs.check_walk, walks);
  bpf_map__set_autocreate(skeleton.maps.walk_rules, walks);
}

bool walk_agrees(filter_bpf& skeleton) {
  const auto agrees = [&](const filter_key& packet) { return agrees_on(skeleton, packet); };
  return std::ranges::all_of(packets, agrees) &&
         std::ranges::all_of(rules, [&](const filter_key& rule) {
           return put(skeleton, rule) && std::ranges::all_of(packets, agrees);
         });
}

}  // namespace mapctl
