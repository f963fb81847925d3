#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cstring>
#include <random>
#include <stdexcept>

#include "filter.h"
#include "filter.skel.h"
#include "programs.hpp"

namespace mapctl::bench {

namespace {

struct Service {
  std::uint8_t proto = 0;
  std::uint16_t port = 0;
};

class RuleWriter {
 public:
  RuleWriter(int map, Family family) : map_(map), family_(family) {}

  void put(filter_action action, const Address& prefix, unsigned bits, Service service = {}) {
    filter_key key{};
    key.prefixlen = FILTER_SERVICE_BITS + bits;
    key.family = static_cast<__u8>(family_);
    key.proto = service.proto;
    key.dport = htons(service.port);
    std::memcpy(&key.addr, prefix.data(), sizeof key.addr);
    filter_rule rule{};
    rule.action = action;
    if (bpf_map_update_elem(map_, &key, &rule, BPF_ANY) != 0)
      throw std::runtime_error("a rule cannot be put into the filter's map");
  }

 private:
  int map_;
  Family family_;
};

constexpr unsigned service_rules = 18;

void put_services(RuleWriter& writer) {
  std::mt19937 random(service_rules);
  for (unsigned i = 1; i < service_rules; ++i) {
    const auto network = static_cast<std::uint8_t>(random());
    const Service service{
        .proto = i % 2 == 0 ? std::uint8_t{IPPROTO_UDP} : std::uint8_t{IPPROTO_TCP},
        .port = static_cast<std::uint16_t>(1024 + random() % 60000)};
    writer.put(FILTER_DROP, {network}, 8, service);
  }
  writer.put(FILTER_PASS, {}, 0, {.proto = IPPROTO_UDP, .port = 53});
}

}  // namespace

Filter load_filter(const Rules& rules) {
  const std::shared_ptr<filter_bpf> skeleton{filter_bpf::open(), filter_bpf::destroy};
  if (!skeleton) throw std::runtime_error("the filter cannot be opened");
  bpf_map__set_pin_path(skeleton->maps.filter_map, nullptr);
  bpf_map__set_pin_path(skeleton->maps.filter_stats, nullptr);
  skeleton->rodata->walks_trie = true;
  const std::size_t count = rules.blocked.prefixes().size() + service_rules;
  bpf_map__set_max_entries(skeleton->maps.filter_map, static_cast<__u32>(count));
  if (filter_bpf::load(skeleton.get()) != 0)
    throw std::runtime_error("the filter cannot be loaded");

  const int map = bpf_map__fd(skeleton->maps.filter_map);
  RuleWriter writer(map, rules.blocked.family());
  for (const Address& prefix : rules.blocked.prefixes())
    writer.put(FILTER_DROP, prefix, rules.blocked.bits());
  if (rules.has_services) put_services(writer);
  return {{bpf_program__fd(skeleton->progs.mapctl_filter), skeleton},
          map,
          bpf_map__fd(skeleton->maps.filter_stats)};
}

}  // namespace mapctl::bench
