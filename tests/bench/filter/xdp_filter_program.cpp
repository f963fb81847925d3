#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "programs.hpp"

namespace mapctl::bench {

namespace {

using Object = std::shared_ptr<bpf_object>;

Object open_object(const std::string& features) {
  const std::string path = fmt::format("{}/xdpfilt_alw_{}.o", XDP_TOOLS_OBJECTS, features);
  Object object{bpf_object__open_file(path.c_str(), nullptr), bpf_object__close};
  if (!object) throw std::runtime_error(fmt::format("{} cannot be opened", path));
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object.get()) bpf_map__set_pin_path(map, nullptr);
  return object;
}

/// In each CPU's value the lowest bits say which packets the key matches; the rest is the count.
constexpr std::uint64_t as_source = 1;

void put_hosts(const bpf_map* map, const Blocklist& hosts) {
  const std::vector<std::uint64_t> value(static_cast<std::size_t>(libbpf_num_possible_cpus()),
                                         as_source);
  for (const Address& host : hosts.prefixes())
    if (bpf_map_update_elem(bpf_map__fd(map), host.data(), value.data(), BPF_ANY) != 0)
      throw std::runtime_error("a host cannot be put into xdp-filter's map");
}

}  // namespace

Program load_xdp_filter(const Rules& rules) {
  const Object object = open_object(rules.has_services ? "all" : "ip");
  const bool is_ipv4 = rules.blocked.family() == Family::ipv4;
  bpf_map* map =
      bpf_object__find_map_by_name(object.get(), is_ipv4 ? "filter_ipv4" : "filter_ipv6");
  const auto count = static_cast<__u32>(rules.blocked.prefixes().size());
  bpf_map__set_max_entries(map, std::max(bpf_map__max_entries(map), count));
  if (bpf_object__load(object.get()) != 0) throw std::runtime_error("xdp-filter cannot be loaded");
  put_hosts(map, rules.blocked);
  return {bpf_program__fd(bpf_object__next_program(object.get(), nullptr)), object};
}

}  // namespace mapctl::bench
