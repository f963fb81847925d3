#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>
#include <string>

#include <bpf/bpf.h>
#include <fmt/format.h>
#include <unistd.h>

#include "btf_writer.hpp"
#include "kernel_error.hpp"
#include "map_type_table.hpp"
#include "mapctl/map.hpp"
#include "mapctl/text.hpp"

// Creating maps, and saying what is wrong with a specification that the kernel refuses.

namespace mapctl {
namespace {

constexpr std::size_t longest_name = BPF_OBJ_NAME_LEN - 1;

void check_name(const std::string& name) {
  // libbpf would cut it without a word.
  if (name.size() > longest_name)
    throw BadInput(fmt::format("the map name '{}' has {} characters: the kernel keeps {}",
                               excerpt(name), name.size(), longest_name),
                   {fmt::format("use {}", excerpt(name.substr(0, longest_name)))});
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.'; };
  if (!std::ranges::all_of(name, allowed))
    throw BadInput(fmt::format("'{}' is not a map name: only letters, digits, _ and . are allowed",
                               excerpt(name)));
}

/// The specification with everything filled in that it leaves to us.
MapSpec complete(MapSpec spec) {
  if (spec.types && spec.key_size == 0) spec.key_size = spec.types->key.size;
  if (spec.types && spec.value_size == 0) spec.value_size = spec.types->value.size;
  spec.flags |= required_flags(spec.type);
  if (spec.numa_node) spec.flags |= BPF_F_NUMA_NODE;
  return spec;
}

/// "an array", "a hash"; "an lpm_trie" and "an xskmap", as they are spoken.
std::string with_article(MapType type) {
  const std::string name = type_name(type);
  const bool vowel = std::string_view("aeilox").find(name.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", name);
}

bool is_net(MapType type) {
  return type == MapType::devmap || type == MapType::devmap_hash || type == MapType::sockmap ||
         type == MapType::sockhash || type == MapType::xskmap || type == MapType::cpumap;
}

bool is_power_of_two_pages(std::uint32_t size) {
  const auto page = static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE));
  return size >= page && size % page == 0 && (size & (size - 1)) == 0;
}

bool is_ring(MapType type) { return type == MapType::ringbuf || type == MapType::user_ringbuf; }

std::optional<std::string> key_problem(const MapSpec& spec) {
  constexpr std::uint32_t shortest_prefix_key = 5;
  constexpr std::uint32_t longest_prefix_key = 260;
  const std::uint32_t size = spec.key_size;
  const std::string name = with_article(spec.type);
  const bool no_key = is_keyless(spec.type) || is_ring(spec.type) ||
                      spec.type == MapType::bloom_filter || spec.type == MapType::arena;
  if (no_key && size != 0)
    return fmt::format("{} has no keys: the key size must be 0, not {}", name, size);
  if (is_indexed(spec.type) && size != sizeof(std::uint32_t))
    return fmt::format("the key of {} must be 4 bytes, an index; {} were given", name, size);
  if (spec.type == MapType::lpm_trie && (size < shortest_prefix_key || size > longest_prefix_key))
    return fmt::format(
        "the key of an lpm_trie must be 5 to 260 bytes, 4 of prefix length and then the bits; {} "
        "were given",
        size);
  if (!no_key && size == 0) return fmt::format("the key size of {} must not be 0", name);
  return std::nullopt;
}

std::optional<std::string> value_problem(const MapSpec& spec) {
  const std::string name = with_article(spec.type);
  const bool no_value = is_ring(spec.type) || spec.type == MapType::arena;
  if (no_value && spec.value_size != 0)
    return fmt::format("{} has no values: the value size must be 0, not {}", name, spec.value_size);
  if (holds_maps(spec.type) && spec.value_size != sizeof(std::uint32_t))
    return fmt::format("the value of {} must be 4 bytes, a map; {} were given", name,
                       spec.value_size);
  if (!no_value && spec.value_size == 0)
    return fmt::format("the value size of {} must not be 0", name);
  return std::nullopt;
}

std::optional<std::string> flag_problem(const MapSpec& spec) {
  const auto has = [&](std::uint32_t flags) { return (spec.flags & flags) == flags; };
  if (has(BPF_F_RDONLY | BPF_F_WRONLY)) return "rdonly and wronly exclude each other";
  if (has(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG))
    return "rdonly_prog and wronly_prog exclude each other";
  if (has(BPF_F_MMAPABLE) && spec.type != MapType::array && spec.type != MapType::arena)
    return fmt::format("only an array can be mmapable, not {}", with_article(spec.type));
  const bool lru = spec.type == MapType::lru_hash || spec.type == MapType::lru_percpu_hash;
  if (has(BPF_F_NO_COMMON_LRU) && !lru) return "only an LRU map can be no_common_lru";
  if (has(BPF_F_NO_PREALLOC) && lru) return "an LRU map cannot be no_prealloc";
  if (has(BPF_F_NO_PREALLOC) && is_indexed(spec.type))
    return fmt::format("{} cannot be no_prealloc", with_article(spec.type));
  return std::nullopt;
}

/// Storages belong to the object they are kept with: they have no size of their own.
bool is_storage(const MapSpec& spec) {
  return (required_flags(spec.type) & BPF_F_NO_PREALLOC) != 0 && spec.type != MapType::lpm_trie;
}

std::optional<std::string> size_problem(const MapSpec& spec) {
  const std::string name = with_article(spec.type);
  if (is_ring(spec.type) && !is_power_of_two_pages(spec.max_entries))
    return fmt::format(
        "the size of {} is its max_entries in bytes: a power of two of at least a page ({}), "
        "not {}",
        name, ::sysconf(_SC_PAGESIZE), spec.max_entries);
  const bool sizeless = is_storage(spec) || spec.type == MapType::cgroup_storage ||
                        spec.type == MapType::percpu_cgroup_storage;
  if (sizeless && spec.max_entries != 0)
    return fmt::format("{} grows by itself: max_entries must be 0, not {}", name, spec.max_entries);
  if (!sizeless && spec.max_entries == 0)
    return fmt::format("{} needs room for entries: max_entries must not be 0", name);
  return std::nullopt;
}

std::optional<std::string> problem(const MapSpec& spec) {
  for (const auto find : {key_problem, value_problem, flag_problem, size_problem})
    if (auto found = find(spec)) return found;
  if (holds_maps(spec.type) && spec.inner_map < 0)
    return fmt::format("{} needs an inner map to take the shape of its values from",
                       with_article(spec.type));
  if (is_storage(spec) && !spec.types)
    return fmt::format("{} needs the types of its key and value", with_article(spec.type));
  return std::nullopt;
}

/// The kernel has no such maps; what else is wrong with the specification is told, too.
std::optional<Explanation> explain_missing_type(const MapSpec& spec) {
  if (!can(spec.type, Operation::create))
    return Explanation{.cause = Cause::unsupported,
                       .reason = refusal(spec.type, Operation::create)};
  const auto version = since(spec.type);
  if (version && *version > running_kernel())
    return Explanation{.cause = Cause::unsupported,
                       .reason = needs_version(*version),
                       .why = problem(spec).value_or("")};
  if (!version)
    return Explanation{
        .cause = Cause::invalid,
        .reason = fmt::format("this kernel has no maps of {}, or not with these sizes and flags",
                              type_name(spec.type))};
  return std::nullopt;
}

std::string sizes_and_flags(const MapSpec& spec) {
  const std::string flags =
      spec.flags == 0 ? "none" : fmt::format("{}", fmt::join(flag_names(spec.flags), ","));
  return fmt::format("keys of {} bytes, values of {} bytes, {} entries, flags: {}", spec.key_size,
                     spec.value_size, spec.max_entries, flags);
}

Explanation explain_create(const MapSpec& spec, int error) {
  const std::string name = with_article(spec.type);
  if (error == EPERM && (spec.flags & BPF_F_ZERO_SEED) != 0)
    return needs_capability("the flag zero_seed", "CAP_SYS_ADMIN");
  if (error == EPERM)
    return needs_capability(fmt::format("creating {}", name),
                            is_net(spec.type) ? "CAP_BPF and CAP_NET_ADMIN" : "CAP_BPF");
  if (error == E2BIG)
    return {.cause = Cause::invalid,
            .reason = "it would be too big",
            .why = fmt::format("keys of {} bytes, values of {} bytes, {} entries", spec.key_size,
                               spec.value_size, spec.max_entries)};
  if (error == ENOMEM)
    return {.cause = Cause::no_memory,
            .reason = "the kernel has no memory for it",
            .fix = {"use fewer max_entries, or the flag no_prealloc on a hash"}};
  if (says_unsupported(error))
    return {.cause = Cause::unsupported,
            .reason = fmt::format("this kernel does not make {} like that", name),
            .why = errno_sentence(error)};
  if (error != EINVAL) return explain(error);
  return {.cause = Cause::invalid,
          .reason =
              fmt::format("the kernel makes no {} of these sizes and flags", type_name(spec.type)),
          .why = sizes_and_flags(spec)};
}

int create(const MapSpec& spec, const LoadedBtf* btf) {
  bpf_map_create_opts options{};
  options.sz = sizeof options;
  options.map_flags = spec.flags;
  options.map_extra = spec.map_extra;
  options.numa_node = spec.numa_node.value_or(0);
  if (spec.inner_map >= 0) options.inner_map_fd = static_cast<__u32>(spec.inner_map);
  if (btf != nullptr) {
    options.btf_fd = static_cast<__u32>(btf->fd.get());
    options.btf_key_type_id = spec.key_size == 0 ? 0 : btf->key_type_id;
    options.btf_value_type_id = btf->value_type_id;
  }
  return ::bpf_map_create(static_cast<bpf_map_type>(spec.type),
                          spec.name.empty() ? nullptr : spec.name.c_str(), spec.key_size,
                          spec.value_size, spec.max_entries, &options);
}

/// Why the kernel refuses a map with types, where it would take it without.
std::string types_refusal(const MapSpec& spec) {
  const std::string name = with_article(spec.type);
  if (spec.type == MapType::lpm_trie && spec.types->key.kind != Kind::structure)
    return fmt::format("the kernel keeps types for {} only if its key is a struct, or cidr4, cidr6",
                       name);
  if (is_array_like(spec.type) && spec.types->key.kind != Kind::integer)
    return fmt::format("the kernel keeps types for {} only if its key is a u32", name);
  return fmt::format("the kernel refuses types for {} like this", name);
}

int create_untyped(const MapSpec& spec, const std::string& why) {
  const int fd = create(spec, nullptr);
  if (fd >= 0 && spec.untyped) spec.untyped(why);
  return fd;
}

/// Types are a convenience: a map that cannot have them is made without, except
/// where the kernel insists.
int create_with_types(const MapSpec& spec) {
  if (!spec.types) return create(spec, nullptr);
  if (!takes_btf(spec.type))
    return create_untyped(spec,
                          fmt::format("the kernel keeps no types for {}", with_article(spec.type)));
  const LoadedBtf btf = load_btf(*spec.types);
  if (!btf.fd) return create_untyped(spec, "the kernel refuses their BTF: " + btf.refusal);
  const int fd = create(spec, &btf);
  const bool is_refused = fd == -EINVAL || fd == -error_not_supported;
  return is_refused ? create_untyped(spec, types_refusal(spec)) : fd;
}

std::string attempt(const MapSpec& spec) {
  return spec.name.empty() ? fmt::format("create {}", with_article(spec.type))
                           : fmt::format("create map {}", spec.name);
}

}  // namespace

Map Map::create(const MapSpec& wanted) {
  check_name(wanted.name);
  const MapSpec spec = complete(wanted);
  const int fd = create_with_types(spec);
  if (fd >= 0) return Map(Fd(fd));
  const bool is_refused = fd == -EINVAL || says_unsupported(-fd);
  if (const auto missing = is_refused ? explain_missing_type(spec) : std::nullopt)
    throw kernel_error(Operation::create, -fd, attempt(spec), *missing, spec.type);
  if (fd == -EINVAL)
    if (const auto found = problem(spec))
      throw BadInput(fmt::format("cannot {}: {}", attempt(spec), *found));
  throw kernel_error(Operation::create, -fd, attempt(spec), explain_create(spec, -fd), spec.type);
}

}  // namespace mapctl
