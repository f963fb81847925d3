#include "text/layout/reserved_type.hpp"

#include <algorithm>
#include <array>

namespace mapctl {

namespace {

using namespace std::literals;

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

}  // namespace

bool is_reserved_name(std::string_view struct_name) {
  return std::ranges::find(structs, struct_name, &ReservedStruct::name) != structs.end();
}

std::optional<Layout> reserved_layout(std::string_view name) {
  if (name == kernel_pointer) return Layout{.kind = Kind::reserved, .size = 8};
  const auto found = std::ranges::find(structs, name, &ReservedStruct::name);
  if (found == structs.end()) return std::nullopt;
  return Layout{.kind = Kind::reserved,
                .size = found->size,
                .name = std::string{c_tag} + std::string{found->name}};
}

std::string reserved_name(const Layout& reserved) {
  if (!reserved.name.starts_with(c_tag)) return std::string{kernel_pointer};
  return reserved.name.substr(c_tag.size());
}

/// The alignment that the kernel's headers declare.
std::uint32_t reserved_alignment(const Layout& reserved) { return reserved.size == 4 ? 4 : 8; }

std::vector<std::string> reserved_names() {
  std::vector<std::string> names{std::string{kernel_pointer}};
  for (const ReservedStruct& each : structs) names.emplace_back(each.name);
  return names;
}

}  // namespace mapctl
