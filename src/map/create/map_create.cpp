#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>
#include <string>

#include <bpf/bpf.h>
#include <fmt/format.h>
#include <unistd.h>

#include "map/create/map_create.hpp"
#include "map/error/kernel_error.hpp"
#include "map/error/printable.hpp"
#include "map/libbpf_options.hpp"
#include "map/type/map_flags.hpp"
#include "map/type/map_type_table.hpp"
#include "mapctl/map.hpp"

// Completes specifications, creates maps, and explains why the kernel refuses one.

namespace mapctl {
namespace {

/// Explains that the kernel has no such maps, and reports other errors of the specification, too.
std::optional<Explanation> explain_missing_type(const MapSpec& spec) {
  if (!can(spec.type, Operation::create))
    return Explanation{.cause = Cause::unsupported,
                       .reason = refusal(spec.type, Operation::create)};
  const auto version = since(spec.type);
  const auto wrong = problem(spec);
  if (version && *version > running_kernel())
    return Explanation{.cause = Cause::unsupported,
                       .reason = needs_version(*version),
                       .why = wrong ? wrong->what : "",
                       .fix = {"use a type of map that this kernel has, or a newer kernel"}};
  if (!version)
    return Explanation{
        .cause = Cause::invalid,
        .reason = fmt::format("this kernel has no maps of {}, or not with these sizes and flags",
                              type_name(spec.type)),
        .fix = {"use a type of map that this kernel has, or a newer kernel"}};
  return std::nullopt;
}

std::string sizes(const MapSpec& spec) {
  return fmt::format("keys of {} bytes, values of {} bytes, {} entries", spec.key_size,
                     spec.value_size, spec.max_entries);
}

/// What may be made instead, if nothing tells what the kernel refuses.
std::vector<Remedy> other_spec(const MapSpec& spec) {
  const std::uint32_t chosen = spec.flags & ~required_flags(spec.type);
  if (spec.btf) return {"use sizes in place of types"};
  if (chosen != 0) return {fmt::format("try it without the flags {}", flags_text(chosen))};
  return {"try smaller keys, values or max_entries"};
}

Explanation explain_create(const MapSpec& spec, int error) {
  const std::string name = with_article(spec.type);
  if (error == EPERM && (spec.flags & BPF_F_ZERO_SEED) != 0)
    return needs_capability("the flag zero_seed", "CAP_SYS_ADMIN");
  if (error == EPERM)
    return needs_capability(fmt::format("creating {}", name),
                            has(spec.type, net_admin) ? "CAP_BPF and CAP_NET_ADMIN" : "CAP_BPF");
  if (error == E2BIG)
    return {.cause = Cause::invalid,
            .reason = "it would be too big",
            .why = sizes(spec),
            .fix = {"use fewer max_entries, or smaller keys and values"}};
  if (error == ENOMEM)
    return {.cause = Cause::no_memory,
            .reason = "the kernel has no memory for it",
            .fix = {"use fewer max_entries, or the flag no_prealloc on a hash"}};
  if (error == EOPNOTSUPP && spec.type == MapType::inode_storage)
    return {.cause = Cause::unsupported,
            .reason = "values are kept with files only where the BPF LSM is enabled",
            .fix = {"add bpf to the list of the boot parameter lsm="}};
  if (says_unsupported(error))
    return {.cause = Cause::unsupported,
            .reason = fmt::format("this kernel does not make {} like that", name),
            .why = errno_sentence(error),
            .fix = other_spec(spec)};
  if (error != EINVAL) return explain(error);
  return {.cause = Cause::invalid,
          .reason =
              fmt::format("the kernel makes no {} of these sizes and flags", type_name(spec.type)),
          .why = fmt::format("{}, flags: {}", sizes(spec), flags_text(spec.flags)),
          .fix = other_spec(spec)};
}

int create_in_kernel(const MapSpec& spec) {
  auto options = libbpf_options<bpf_map_create_opts>();
  options.map_flags = spec.flags;
  options.map_extra = spec.map_extra;
  options.numa_node = spec.numa_node.value_or(0);
  if (spec.inner_map >= 0) options.inner_map_fd = static_cast<__u32>(spec.inner_map);
  if (spec.btf) {
    options.btf_fd = static_cast<__u32>(spec.btf->fd);
    options.btf_key_type_id = spec.key_size == 0 ? 0 : spec.btf->key_type_id;
    options.btf_value_type_id = spec.btf->value_type_id;
  }
  return ::bpf_map_create(static_cast<bpf_map_type>(spec.type),
                          spec.name.empty() ? nullptr : spec.name.c_str(), spec.key_size,
                          spec.value_size, spec.max_entries, &options);
}

constexpr std::size_t longest_name = BPF_OBJ_NAME_LEN - 1;

/// Sets a size that is not set yet.
void fill(std::uint32_t& size, std::uint32_t known) {
  if (size == 0) size = known;
}

}  // namespace

MapSpec complete(MapSpec spec) {
  fill(spec.key_size, fixed_key_size(spec.type));
  fill(spec.value_size, fixed_value_size(spec.type));
  if (spec.type == MapType::perf_event_array)
    fill(spec.max_entries, static_cast<std::uint32_t>(possible_cpus().size()));
  spec.flags |= required_flags(spec.type);
  if (spec.numa_node) spec.flags |= map_flag::numa_node;
  return spec;
}

std::string flags_text(std::uint32_t flags) {
  return flags == 0 ? "none" : fmt::format("{}", fmt::join(flag_names(flags), ","));
}

std::string attempt(const MapSpec& spec) {
  return spec.name.empty() ? fmt::format("create {}", with_article(spec.type))
                           : fmt::format("create map {}", spec.name);
}

void check_map_name(const std::string& name) {
  // libbpf would truncate it silently.
  if (name.size() > longest_name)
    throw BadInput(fmt::format("the map name '{}' has {} characters: the kernel keeps {}",
                               excerpt(name), name.size(), longest_name),
                   {fmt::format("use {}", excerpt(name.substr(0, longest_name)))});
  const auto strange = [](unsigned char c) { return !std::isalnum(c) && c != '_' && c != '.'; };
  if (std::ranges::none_of(name, strange)) return;
  std::string allowed = name;
  std::ranges::replace_if(allowed, strange, '_');
  throw BadInput(fmt::format("'{}' is not a map name: only letters, digits, _ and . are allowed",
                             excerpt(name)),
                 {fmt::format("use {}", allowed)});
}

Map Map::create(const MapSpec& wanted) {
  check_map_name(wanted.name);
  const MapSpec spec = complete(wanted);
  const int fd = create_in_kernel(spec);
  if (fd >= 0) return Map(Fd(fd));
  const bool is_refused = fd == -EINVAL || says_unsupported(-fd);
  if (const auto missing = is_refused ? explain_missing_type(spec) : std::nullopt)
    throw kernel_error(Operation::create, -fd, attempt(spec), *missing, spec.type);
  if (is_refused)
    if (const auto found = problem(spec))
      throw BadInput(fmt::format("cannot {}: {}", attempt(spec), found->what), found->fix);
  throw kernel_error(Operation::create, -fd, attempt(spec), explain_create(spec, -fd), spec.type);
}

}  // namespace mapctl
