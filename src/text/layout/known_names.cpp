#include "text/layout/known_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace mapctl {

namespace {

constexpr std::string_view roles[] = {
    "",        "counter",  "hidden",       "ip_family",   "ip_proto",
    "ip_port", "variable", "monotonic_ns", "boottime_ns", "end"};
static_assert(std::size(roles) == static_cast<std::size_t>(Role::end) + 1);

constexpr std::string_view kernel_pointer = "kptr";
constexpr std::string_view c_tag = "struct ";

struct ReservedStruct {
  std::string_view name;
  std::uint32_t size;  ///< as of Linux 6.18
};

constexpr std::array structs{
    ReservedStruct{"bpf_spin_lock", 4},  ReservedStruct{"bpf_res_spin_lock", 4},
    ReservedStruct{"bpf_timer", 16},     ReservedStruct{"bpf_wq", 16},
    ReservedStruct{"bpf_task_work", 8},  ReservedStruct{"bpf_list_head", 16},
    ReservedStruct{"bpf_list_node", 24}, ReservedStruct{"bpf_rb_root", 16},
    ReservedStruct{"bpf_rb_node", 32},   ReservedStruct{"bpf_refcount", 4}};

constexpr std::string_view address_words[] = {
    "addr",    "addrs",       "address", "saddr",  "daddr",   "ip",      "ipaddr", "ipv4",   "ip4",
    "v4",      "sip",         "dip",     "vip",    "rip",     "src",     "dst",    "source", "dest",
    "network", "destination", "gw",      "subnet", "gateway", "nexthop", "host",   "peer"};
constexpr std::string_view mac_words[] = {"mac",    "macaddr", "eth",  "ether", "ethaddr",
                                          "hwaddr", "lladdr",  "smac", "dmac",  "hw",
                                          "source", "dest",    "src",  "dst",   "addr"};
constexpr std::string_view ipv6_words[] = {"ipv6",   "ip6",    "v6",   "in6", "addr6",
                                           "saddr6", "daddr6", "src6", "dst6"};

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

std::string_view name_of_role(Role role) { return roles[static_cast<std::size_t>(role)]; }

std::optional<Role> role_called(std::string_view name) {
  const auto* const found = std::ranges::find(roles, name);
  if (name.empty() || found == std::end(roles)) return std::nullopt;
  return static_cast<Role>(found - std::begin(roles));
}

std::vector<std::string> role_names() { return {std::begin(roles) + 1, std::end(roles)}; }

bool is_reserved_name(std::string_view struct_name) {
  return std::ranges::find(structs, struct_name, &ReservedStruct::name) != structs.end();
}

std::optional<Layout> reserved_layout(std::string_view name) {
  if (name == kernel_pointer) return Layout{.kind = Kind::reserved, .size = 8};
  const auto found = std::ranges::find(structs, name, &ReservedStruct::name);
  if (found == structs.end()) return std::nullopt;
  return Layout{
      .kind = Kind::reserved, .size = found->size, .name = fmt::format("{}{}", c_tag, found->name)};
}

std::string reserved_name(const Layout& reserved) {
  if (!reserved.name.starts_with(c_tag)) return std::string{kernel_pointer};
  return reserved.name.substr(c_tag.size());
}

std::vector<std::string> reserved_names() {
  std::vector<std::string> names{std::string{kernel_pointer}};
  for (const ReservedStruct& each : structs) names.emplace_back(each.name);
  return names;
}

bool is_address_name(std::string_view name) { return has_word(name, address_words); }
bool is_mac_name(std::string_view name) { return has_word(name, mac_words); }
bool is_ipv6_name(std::string_view name) { return has_word(name, ipv6_words); }

}  // namespace mapctl
