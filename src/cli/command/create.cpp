#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/command/commands.hpp"
#include "cli/naming/file_access.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/naming/type_ref.hpp"
#include "map/error/printable.hpp"
#include "map/pin_open.hpp"

#include "mapctl/pin.hpp"
#include "mapctl/text/flags_text.hpp"
#include "mapctl/text/typed_map.hpp"

namespace mapctl::cli {

namespace {

struct CreateOptions {
  std::string path;
  std::string type;
  std::string key;
  std::string value;
  std::optional<std::uint32_t> max_entries{};
  std::optional<std::uint32_t> numa_node{};
  std::optional<std::uint32_t> hashes{};
  std::string name;
  std::string flags;
  std::string inner;
  std::string mode;
  std::string group;
  bool exist_ok = false;
};

namespace fs = std::filesystem;

struct Wanted {
  MapSpec spec;
  std::optional<TypePair> types{};
  std::optional<Map> inner{};  ///< the model for a map of maps; spec.inner_map is its descriptor
};

bool is_typed(const Layout& layout) { return layout.kind != Kind::untyped; }

Layout optional_type(const std::string& text, const Session& session) {
  return text.empty() ? Layout{} : type_of_argument(text, session.btf);
}

/// The unit of max_entries.
std::string_view unit(MapType type) {
  if (type == MapType::arena) return "pages";
  return has_values(type) ? "entries" : "bytes";
}

/// A key type that every map of this type accepts.
std::string_view key_example(MapType type) {
  if (key_content(type) == KeyContent::prefix) return "cidr4";
  return key_content(type) == KeyContent::cgroup_id ? "u64" : "u32";
}

/// Requires the options that the map type leaves open.
void check_is_said(const MapSpec& spec, const CreateOptions& options) {
  if (!can(spec.type, Operation::create)) return;  // creating it fails with a better message
  const std::string type = type_name(spec.type);
  if (has_keys(spec.type) && spec.key_size == 0)
    throw usage_error(
        fmt::format("nothing says what the keys of the {} are", type),
        {fmt::format("give their type or their size: -k {}", key_example(spec.type))});
  if (has_values(spec.type) && spec.value_size == 0)
    throw usage_error(fmt::format("nothing says what the values of the {} are", type),
                      {"give their type or their size: -v u64"});
  if (has_max_entries(spec.type) && spec.max_entries == 0 && !options.max_entries)
    throw usage_error(fmt::format("nothing says how many {} the {} holds", unit(spec.type), type),
                      {"give their number: -m 4096"});
  if (holds_maps(spec.type) && options.inner.empty())
    throw usage_error(fmt::format("nothing says what the maps in the {} are like", type),
                      {"name a map like them: --inner MAP"});
}

/// Only a trie compares prefixes: elsewhere they would be plain bytes.
void check_prefixes(const CreateOptions& options, MapType type) {
  const auto is_prefix = [](const std::string& text) {
    return text == "cidr" || text == "cidr4" || text == "cidr6";
  };
  const bool is_trie = key_content(type) == KeyContent::prefix;
  if ((is_trie || !is_prefix(options.key)) && !is_prefix(options.value)) return;
  throw usage_error(
      fmt::format("{} is the type of a prefix, which only the keys of an lpm_trie are",
                  is_prefix(options.value) ? options.value : options.key),
      {"make an lpm_trie with such keys: -t lpm_trie -k cidr", "for single addresses: ip"});
}

std::uint32_t hashes_of(const CreateOptions& options, MapType type) {
  if (options.hashes && type != MapType::bloom_filter)
    throw usage_error(fmt::format("--hashes is for a bloom_filter, not for {}", type_name(type)),
                      {"leave it out, or make a bloom_filter: -t bloom_filter"});
  return options.hashes.value_or(0);
}

/// rdonly and wronly apply only to this command's descriptor, so they are refused.
std::uint32_t flags_of(const CreateOptions& options) {
  const std::uint32_t flags = parse_flags(options.flags);
  if ((flags & parse_flags("rdonly,wronly")) != 0)
    throw usage_error("the flags rdonly and wronly hold for one program that has the map open",
                      {"freeze it, once it is filled, so that nobody may write to it but programs",
                       "give others the right to read it alone: --mode 0644",
                       "use rdonly_prog or wronly_prog for what BPF programs may do with it"});
  if ((flags & parse_flags("numa_node")) != 0 && !options.numa_node)
    throw usage_error("the flag numa_node does not say which node",
                      {"give its number: --numa-node 0"});
  return flags;
}

std::optional<Map> inner_of(const CreateOptions& options, MapType type) {
  if (options.inner.empty()) return std::nullopt;
  if (!holds_maps(type))
    throw usage_error(fmt::format("--inner is for maps of maps, not for {}", type_name(type)),
                      {"use the type array_of_maps or hash_of_maps"});
  return open_map(options.inner, Access::read_only);
}

Wanted wanted_map(const CreateOptions& options, const fs::path& pin, const Session& session) {
  Wanted wanted;
  MapSpec& spec = wanted.spec;
  spec.type = map_type_called(options.type);
  spec.name = options.name.empty() ? name_of_pin(pin) : options.name;
  spec.max_entries = options.max_entries.value_or(0);
  spec.flags = flags_of(options);
  spec.map_extra = hashes_of(options, spec.type);
  spec.numa_node = options.numa_node;
  check_prefixes(options, spec.type);
  TypePair types{optional_type(options.key, session), optional_type(options.value, session)};
  spec.key_size = types.key.size;
  spec.value_size = types.value.size;
  if (is_typed(types.key) || is_typed(types.value)) wanted.types = std::move(types);
  spec = complete(std::move(spec), wanted.types);
  check_is_said(spec, options);
  wanted.inner = inner_of(options, spec.type);
  if (wanted.inner) spec.inner_map = wanted.inner->fd();
  return wanted;
}

Failed access_failure(const fs::path& pin, const std::string& reason, std::string consequence) {
  return Failed({"permission",
                 Exit::permission,
                 fmt::format("cannot create {}: {}", pin.string(), reason),
                 std::move(consequence),
                 {"only the owner of a pin may change its mode, and only root its group to any"}});
}

/// A map that cannot be listed cannot be saved and restored.
bool has_only_another_size(const Map& map, const Wanted& wanted) {
  MapSpec resized = wanted.spec;
  resized.max_entries = map.info().max_entries;
  return can(map.info().type, Operation::next_key) &&
         differences(map, resized, wanted.types).empty();
}

std::vector<std::string> in_another_size(const fs::path& pin, std::uint32_t entries) {
  return {"keep its entries in a map of that size: " + larger_map(pin.string(), entries),
          "then load the programs that use it again: they keep the old map until then"};
}

Exit accept_existing(const fs::path& pin, const Wanted& wanted, const FileAccess& access,
                     const Session& session) {
  const Map map = Map::open(pin, Access::read_only);
  const std::vector<std::string> different = differences(map, wanted.spec, wanted.types);
  if (!different.empty()) {
    const bool resizes = has_only_another_size(map, wanted);
    throw Failed({"exists", Exit::no,
                  fmt::format("{} exists already and {}", pin.string(),
                              resizes ? "has another size" : "is another kind of map"),
                  fmt::format("{}", fmt::join(different, "; ")),
                  resizes ? in_another_size(pin, wanted.spec.max_entries)
                          : std::vector<std::string>{"choose another path, or remove it: "
                                                     "mapctl unpin " +
                                                     shell_word(pin.string())}});
  }
  if (const auto failure = set_access(pin, access))
    throw access_failure(pin, *failure, "the map was there already, and is kept");
  print_done(session, {{"id", map.info().id}}, Changed::no);
  return Exit::done;
}

/// Returns false if another process was faster and exist_ok is set.
bool pin_new(const Map& map, const fs::path& path, bool exist_ok) {
  try {
    map.pin(path);
    return true;
  } catch (const Error& error) {
    if (!exist_ok || error.cause() != Cause::exists) throw;
    return false;
  }
}

/// Removes the pin after a failure, and describes the result.
std::string taken_back(const fs::path& pin) {
  try {
    mapctl::unpin(pin);
    return "the map was not created";
  } catch (const Error&) {
    return "the map was created, and cannot be removed";
  }
}

Exit create(const CreateOptions& options, const Session& session) {
  const fs::path path = new_pin_path(options.path, true);
  const Wanted wanted = wanted_map(options, path, session);
  const FileAccess access = file_access(options.mode, options.group);
  if (options.exist_ok && is_pinned(path)) return accept_existing(path, wanted, access, session);
  const auto attempt = [&] { return fmt::format("create {}", path.string()); };
  attempting(attempt, [&] { check_pin_path(path); });
  const CreatedMap created = create_map(wanted.spec, wanted.types);
  if (!created.untyped_because.empty())
    note(fmt::format("the map has no types: {}; name them with --key-as and --value-as",
                     created.untyped_because));
  if (!attempting(attempt, [&] { return pin_new(created.map, path, options.exist_ok); }))
    return accept_existing(path, wanted, access, session);
  if (const auto failure = set_access(path, access))
    throw access_failure(path, *failure, taken_back(path));
  print_done(session, {{"id", created.map.info().id}});
  return Exit::done;
}

constexpr Option create_options[] = {
    operand<&CreateOptions::path>("PATH", ValueKind::pin,
                                  "where to pin it: a path, or a NAME below $MAPCTL_BPFFS"),
    option<&CreateOptions::type>("-t,--type", ValueKind::map_type,
                                 "hash, array, lpm_trie, percpu_hash, queue, …")
        .required(),
    option<&CreateOptions::key>(
        "-k,--key", ValueKind::type,
        "type of the keys: u32, ipv4, cidr4, {a:u8,b:be16}, …, or a size in bytes"),
    option<&CreateOptions::value>("-v,--value", ValueKind::type, "type of the values, likewise"),
    number<&CreateOptions::max_entries>(
        "-m,--max-entries",
        "how many entries it can hold; of a ring buffer its bytes, of an arena its pages")
        .also_called("-n"),
    option<&CreateOptions::name>(
        "--name", ValueKind::name,
        "the kernel's name for it, up to 15 characters (default: the pin's)"),
    option<&CreateOptions::flags>("--flags", ValueKind::text,
                                  "no_prealloc, mmapable, rdonly_prog, …, separated by commas"),
    number<&CreateOptions::numa_node>("--numa-node", "NUMA node for its memory"),
    number<&CreateOptions::hashes>("--hashes", "bloom filter: hash functions, 1 to 15 (default: 5)")
        .from(1)
        .up_to(15),
    option<&CreateOptions::inner>("--inner", ValueKind::map,
                                  "for a map of maps: a MAP that the inner ones are like"),
    option<&CreateOptions::mode>("--mode", ValueKind::text, "file mode of the pin: 0640"),
    option<&CreateOptions::group>("--group", ValueKind::group, "group of the pin"),
    flag<&CreateOptions::exist_ok>("--exist-ok",
                                   "succeed if the same kind of map is pinned there already"),
};

}  // namespace

const Command create_command(
    "create", "make a map and pin it", Types::named, action_of<create>, create_options,
    "create visits -t hash -k ipv4 -v '{port:be16,hits:u64}' -m 1024\n"
    "create rules -t lpm_trie -k cidr4 -v 'enum{DROP=1}' -m 1000 --exist-ok\n"
    "create jobs -t queue -v u32 -m 64",
    {.usage = "PATH -t TYPE [-k TYPE] [-v TYPE] [-m N]", .changes_names = true});

}  // namespace mapctl::cli
