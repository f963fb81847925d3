#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "map/create/map_create.hpp"
#include "map/fd_info.hpp"
#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"

// Explains specifications that the kernel refuses with only EINVAL.

namespace mapctl {
namespace {

using Found = std::optional<Problem>;

/// fix: what would have worked.
template <typename... Arguments>
Found found(Remedy fix, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return Problem{fmt::format(format, std::forward<Arguments>(arguments)...), {std::move(fix)}};
}

Found cgroup_key_problem(const MapSpec& spec) {
  if (spec.key_size == 8 || spec.key_size == 16) return std::nullopt;
  return Problem{fmt::format("the key of {} must be 8 bytes, a cgroup, or 16, a cgroup and how the "
                             "program is attached; {} were given",
                             with_article(spec.type), spec.key_size),
                 {"use u64, or {cgroup_inode_id:u64,attach_type:u32}"}};
}

Found trie_key_problem(const MapSpec& spec) {
  constexpr std::uint32_t shortest = 5;
  constexpr std::uint32_t longest = 260;
  if (spec.key_size >= shortest && spec.key_size <= longest) return std::nullopt;
  return found(
      "use 8 bytes for IPv4 addresses (cidr4), 20 for IPv6 (cidr6)",
      "the key of an lpm_trie must be 5 to 260 bytes, 4 of prefix length and then the bits; {} "
      "were given",
      spec.key_size);
}

/// Checks a size of keys or values: `exists` if maps of the type have them, `fixed` if it is the
/// only size, with what it holds.
Found size_problem(const MapSpec& spec, std::string_view part, bool exists, std::uint32_t size,
                   std::uint32_t fixed, std::string_view content) {
  const std::string name = with_article(spec.type);
  if (!exists && size != 0)
    return found(fmt::format("leave the {} out", part),
                 "{0} has no {1}s: the {1} size must be 0, not {2}", name, part, size);
  if (fixed != 0 && size != fixed)
    return found(fmt::format("leave it out, or use {} bytes", fixed),
                 "the {} of {} must be {} bytes{}; {} were given", part, name, fixed, content,
                 size);
  if (exists && size == 0)
    return found("use at least 1 byte", "the {} size of {} must not be 0", part, name);
  return std::nullopt;
}

Found key_problem(const MapSpec& spec) {
  const KeyContent kind = key_content(spec.type);
  if (kind == KeyContent::prefix) return trie_key_problem(spec);
  if (kind == KeyContent::cgroup_id) return cgroup_key_problem(spec);
  return size_problem(spec, "key", has_keys(spec.type), spec.key_size, fixed_key_size(spec.type),
                      is_indexed(spec.type) ? ", an index" : "");
}

/// Values of two possible sizes, with the purpose of each.
struct Choice {
  ValueContent kind;
  std::string_view four;
  std::string_view eight;
};

constexpr std::array choices{
    Choice{ValueContent::interface, "an interface", "an interface and a program"},
    Choice{ValueContent::cpu_queue, "a queue size", "a queue size and a program"},
    Choice{ValueContent::socket, "a socket", "a socket whose cookie can be read"}};

Found choice_problem(const MapSpec& spec) {
  const auto* const choice = std::ranges::find(choices, value_content(spec.type), &Choice::kind);
  if (choice == choices.end() || spec.value_size == 4 || spec.value_size == 8) return std::nullopt;
  return Problem{fmt::format("the value of {} must be 4 or 8 bytes; {} were given",
                             with_article(spec.type), spec.value_size),
                 {fmt::format("4 bytes are {}, 8 bytes {}", choice->four, choice->eight)}};
}

Found stack_problem(const MapSpec& spec) {
  constexpr std::uint32_t build_id_size = 32;
  const std::uint32_t step = (spec.flags & map_flag::stack_build_id) != 0 ? build_id_size : 8;
  if (spec.value_size == 0 || spec.value_size % step != 0)
    return found(
        fmt::format("use {0}, or a multiple of {0} for more frames", step),
        "the value of a stack_trace must be {} bytes for each of its frames; {} were given", step,
        spec.value_size);
  std::uint32_t most = 0;
  std::ifstream{"/proc/sys/kernel/perf_event_max_stack"} >> most;
  if (most == 0 || spec.value_size / step <= most) return std::nullopt;
  return Problem{
      fmt::format("{} frames are more than the kernel follows: {}", spec.value_size / step, most),
      {fmt::format("use values of {} bytes, or raise the sysctl "
                   "kernel.perf_event_max_stack",
                   most * step)}};
}

Found value_problem(const MapSpec& spec) {
  if (Found choice = choice_problem(spec)) return choice;
  return size_problem(spec, "value", has_values(spec.type), spec.value_size,
                      fixed_value_size(spec.type), holds_maps(spec.type) ? ", a map" : "");
}

Found flag_problem(const MapSpec& spec) {
  using namespace map_flag;
  const auto has = [&](std::uint32_t flags) { return (spec.flags & flags) == flags; };
  if (has(rdonly | wronly)) return found("use one of them", "rdonly and wronly exclude each other");
  if (has(rdonly_prog | wronly_prog))
    return found("use one of them", "rdonly_prog and wronly_prog exclude each other");
  const TypeRow* row = find_row(spec.type);
  const std::uint32_t strange = row != nullptr ? spec.flags & ~row->flags.takes : 0;
  if (strange == 0) return std::nullopt;
  const auto possible = flag_names(row->flags.takes & ~(rdonly | wronly));
  return found(possible.empty() ? "leave the flags out: it takes none"
                                : fmt::format("it takes the flags {}", fmt::join(possible, ", ")),
               "{} cannot be {}", with_article(spec.type), fmt::join(flag_names(strange), ", "));
}

Found place_problem(const MapSpec& spec) {
  constexpr const char* no_node = "leave the NUMA node out";
  if (!spec.numa_node) return std::nullopt;
  if (is_per_cpu(spec.type))
    return found(no_node, "{} cannot be put on a NUMA node: its values lie on those of their CPUs",
                 with_article(spec.type));
  if ((spec.flags & map_flag::no_common_lru) != 0)
    return found("leave one of the two out",
                 "no_common_lru keeps a list for each CPU, and cannot be put on one NUMA node");
  if (const TypeRow* row = find_row(spec.type);
      row != nullptr && (row->flags.takes & map_flag::numa_node) == 0)
    return found(no_node, "{} cannot be put on a NUMA node", with_article(spec.type));
  const auto node = fmt::format("/sys/devices/system/node/node{}", *spec.numa_node);
  std::error_code ignored;
  if (!std::filesystem::exists(node, ignored))
    return found("see which there are: cat /sys/devices/system/node/online",
                 "there is no NUMA node {} here", *spec.numa_node);
  return std::nullopt;
}

Found extra_problem(const MapSpec& spec) {
  constexpr std::uint64_t most_hashes = 15;
  if (spec.type == MapType::bloom_filter && spec.map_extra > most_hashes)
    return found(fmt::format("use 1 to {}; 0 means 5", most_hashes),
                 "a bloom_filter has 1 to {} hash functions, not {}", most_hashes, spec.map_extra);
  const bool takes_extra = spec.type == MapType::bloom_filter || spec.type == MapType::arena;
  if (!takes_extra && spec.map_extra != 0)
    return found("leave it out", "only a bloom_filter or an arena takes map_extra, not {}",
                 with_article(spec.type));
  return std::nullopt;
}

/// The possible ring sizes next to the wanted one.
std::vector<Remedy> ring_sizes(std::uint32_t wanted, std::uint32_t page) {
  const std::uint64_t above = std::bit_ceil(std::max<std::uint64_t>(wanted, page));
  const std::uint64_t below = std::bit_floor(wanted);
  if (below < page) return {fmt::format("use {}", above)};
  if (above > UINT32_MAX) return {fmt::format("use {}", below)};
  return {fmt::format("use {} or {}", below, above)};
}

Found ring_problem(const MapSpec& spec) {
  const auto page = static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE));
  if (spec.max_entries >= page && std::has_single_bit(spec.max_entries)) return std::nullopt;
  return Problem{
      fmt::format("the size of {} is its max_entries in bytes: a power of two of at least a page "
                  "({}), not {}",
                  with_article(spec.type), page, spec.max_entries),
      ring_sizes(spec.max_entries, page)};
}

Found entries_problem(const MapSpec& spec) {
  const std::string name = with_article(spec.type);
  if (has(spec.type, sized_in_bytes)) return ring_problem(spec);
  if (!has_max_entries(spec.type) && spec.max_entries != 0)
    return found("leave max_entries out", "{} grows by itself: max_entries must be 0, not {}", name,
                 spec.max_entries);
  if (has_max_entries(spec.type) && spec.max_entries == 0)
    return found("use at least 1", "{} needs room for entries: max_entries must not be 0", name);
  return std::nullopt;
}

Found other_problem(const MapSpec& spec) {
  if (spec.type == MapType::stack_trace) return stack_problem(spec);
  if (!holds_maps(spec.type)) return std::nullopt;
  if (spec.inner_map < 0)
    return found("name a map like those that it will hold",
                 "{} needs an inner map to take the shape of its values from",
                 with_article(spec.type));
  const MapType inner = read_map_info(spec.inner_map).type;
  if (!holds_maps(inner) && has_max_entries(inner) && can(inner, Operation::create))
    return std::nullopt;
  return found("name a map of another type, such as a hash",
               "the inner map is {}, which cannot be in another map", with_article(inner));
}

}  // namespace

std::optional<Problem> problem(const MapSpec& spec) {
  for (const auto find : {key_problem, value_problem, place_problem, flag_problem, extra_problem,
                          entries_problem, other_problem})
    if (Found one = find(spec)) return one;
  return std::nullopt;
}

}  // namespace mapctl
