#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include "commands.hpp"
#include "map_ref.hpp"
#include "mapctl/pin.hpp"
#include "mapctl/text.hpp"
#include "mapctl/type_text.hpp"
#include "type_argument.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

mode_t file_mode(const std::string& text) {
  mode_t mode = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, mode, 8);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end || mode > 0777)
    throw BadInput(fmt::format("'{}' is not a file mode", excerpt(text)),
                   {"give it in octal: 0640"});
  return mode;
}

gid_t group_id(const std::string& name) {
  // Not getgrnam: a static binary cannot load the libraries it may need.
  const std::unique_ptr<FILE, int (*)(FILE*)> file{std::fopen("/etc/group", "re"), &std::fclose};
  while (const group* entry = file ? fgetgrent(file.get()) : nullptr)
    if (entry->gr_name == name) return entry->gr_gid;
  if (const auto id = whole_number(name)) return *id;
  throw Failed({"not_found",
                Exit::not_found,
                fmt::format("there is no group '{}' in /etc/group", excerpt(name)),
                {},
                {"a group can also be given by its number"}});
}

/// A map needs a name of its own only for `list`; the pin's serves, as far as it fits.
std::string default_name(const fs::path& pin) {
  std::string name = pin.filename().string().substr(0, 15);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '_'; }, '_');
  return name;
}

struct Wanted {
  MapSpec spec;
  std::optional<Map> inner;  ///< the model for a map of maps; spec.inner_map is its descriptor
};

bool is_typed(const Layout& layout) { return layout.kind != Kind::untyped; }

Layout optional_type(const std::string& text, const Session& session) {
  return text.empty() ? Layout{} : type_of_argument(text, session.btf);
}

/// What a max_entries counts.
std::string_view unit(MapType type) {
  if (type == MapType::arena) return "pages";
  return has_values(type) ? "entries" : "bytes";
}

/// What the type leaves open has to be said.
void check_is_said(const MapSpec& spec) {
  if (!can(spec.type, Operation::create)) return;  // refused with better words
  const std::string type = type_name(spec.type);
  if (has_keys(spec.type) && spec.key_size == 0)
    throw usage_error(fmt::format("nothing says what the keys of the {} are", type),
                      {"give their type or their size: -k u32"});
  if (has_values(spec.type) && spec.value_size == 0)
    throw usage_error(fmt::format("nothing says what the values of the {} are", type),
                      {"give their type or their size: -v u64"});
  if (has_max_entries(spec.type) && spec.max_entries == 0)
    throw usage_error(fmt::format("nothing says how many {} the {} holds", unit(spec.type), type),
                      {"give their number: -n 4096"});
}

std::uint32_t hashes_of(const CreateOptions& options, MapType type) {
  if (options.hashes && type != MapType::bloom_filter)
    throw usage_error(fmt::format("--hashes is for a bloom_filter, not for {}", type_name(type)));
  return options.hashes.value_or(0);
}

Wanted wanted_map(const CreateOptions& options, const fs::path& pin, const Session& session) {
  Wanted wanted;
  MapSpec& spec = wanted.spec;
  spec.type = map_type_called(options.type);
  spec.name = options.name.empty() ? default_name(pin) : options.name;
  spec.max_entries = options.max_entries;
  spec.flags = options.flags.empty() ? 0 : parse_flags(options.flags);
  spec.map_extra = hashes_of(options, spec.type);
  spec.numa_node = options.numa_node;
  TypePair types{optional_type(options.key, session), optional_type(options.value, session)};
  spec.key_size = types.key.size;
  spec.value_size = types.value.size;
  if (is_typed(types.key) || is_typed(types.value)) spec.types = std::move(types);
  spec.untyped = [](const std::string& why) {
    note(fmt::format("the map has no types: {}; name them with --key-as and --value-as", why));
  };
  spec = complete(std::move(spec));
  check_is_said(spec);
  if (!options.inner.empty()) {
    wanted.inner = open_map(options.inner, Access::read_only);
    spec.inner_map = wanted.inner->fd();
  }
  return wanted;
}

std::string flags_text(std::uint32_t flags) {
  return flags == 0 ? "none" : fmt::format("{}", fmt::join(flag_names(flags), ","));
}

/// With one LRU list for each CPU, the kernel rounds the entries up to a multiple of them.
std::uint32_t rounded_entries(const MapSpec& wanted) {
  constexpr std::uint32_t no_common_lru = 1U << 1;
  const auto cpus = static_cast<std::uint32_t>(possible_cpus().size());
  if ((wanted.flags & no_common_lru) == 0) return wanted.max_entries;
  return (wanted.max_entries + cpus - 1) / cpus * cpus;
}

/// Of a bloom filter; 0 stands for the kernel's own choice.
std::uint64_t hash_functions(MapType type, std::uint64_t map_extra) {
  constexpr std::uint64_t kernels_choice = 5;
  return type == MapType::bloom_filter && map_extra == 0 ? kernels_choice : map_extra;
}

/// The kernel lets programs only read the maps that devices are in, and says so.
std::uint32_t reported_flags(const MapSpec& wanted) {
  constexpr std::uint32_t rdonly_prog = 1U << 7;
  const bool is_devmap = wanted.type == MapType::devmap || wanted.type == MapType::devmap_hash;
  return wanted.flags | (is_devmap ? rdonly_prog : 0);
}

/// What differs between a map that is there and the one that was asked for.
std::vector<std::string> differences(const Map& map, const MapSpec& wanted) {
  const MapInfo& there = map.info();
  std::vector<std::string> result;
  const auto compare = [&](std::string_view what, auto have, auto want) {
    if (have != want) result.push_back(fmt::format("{} is {}, not {}", what, have, want));
  };
  const auto compare_types = [&](std::string_view what, const Layout& have, const Layout& want) {
    if (is_typed(have) && is_typed(want)) compare(what, type_text(have), type_text(want));
  };
  compare("type", type_name(there.type), type_name(wanted.type));
  compare("key size", there.key_size, wanted.key_size);
  compare("value size", there.value_size, wanted.value_size);
  compare("max_entries", there.max_entries, rounded_entries(wanted));
  compare("flags", flags_text(there.flags), flags_text(reported_flags(wanted)));
  compare("number of hash functions", hash_functions(there.type, there.map_extra),
          hash_functions(wanted.type, wanted.map_extra));
  if (wanted.types && result.empty()) {
    const Schema schema = map.schema();
    compare_types("key", schema.key, wanted.types->key);
    compare_types("value", schema.value, wanted.types->value);
  }
  return result;
}

void check_existing(const fs::path& pin, const MapSpec& wanted) {
  const Map map = Map::open(pin, Access::read_only);
  const std::vector<std::string> different = differences(map, wanted);
  if (different.empty()) return;
  throw Failed({"exists",
                Exit::no,
                fmt::format("{} exists already and is another kind of map", pin.string()),
                fmt::format("{}", fmt::join(different, "; ")),
                {"choose another path, or remove it: mapctl unpin " + pin.string()}});
}

struct FileAccess {
  std::optional<mode_t> mode;
  std::optional<gid_t> group;
};

/// Names what could not be set; nothing where all was.
std::optional<std::string> set_access(const fs::path& pin, const FileAccess& access) {
  const auto failure = [](std::string_view what) {
    return fmt::format("its {} cannot be set: {}", what, std::strerror(errno));
  };
  if (access.group && chown(pin.c_str(), static_cast<uid_t>(-1), *access.group) != 0)
    return failure("group");
  if (access.mode && chmod(pin.c_str(), *access.mode) != 0) return failure("mode");
  return std::nullopt;
}

Failed access_failure(const fs::path& pin, const std::string& reason, std::string consequence) {
  return Failed({"permission",
                 Exit::permission,
                 fmt::format("cannot create {}: {}", pin.string(), reason),
                 std::move(consequence),
                 {"only the owner of a pin may change its mode, and only root its group to any"}});
}

Exit accept_existing(const fs::path& pin, const MapSpec& wanted, const FileAccess& access) {
  check_existing(pin, wanted);
  if (const auto failure = set_access(pin, access))
    throw access_failure(pin, *failure, "the map was there already, and stays as it is");
  return Exit::done;
}

/// Whether something is at the path; a bpffs that may not be searched counts as no.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace

Exit create(const CreateOptions& options, const Session& session) {
  if (options.path.starts_with("id:") || options.path.starts_with("name:"))
    throw usage_error(fmt::format("'{}' is not a path to pin a map at", options.path),
                      {"give a path, or a name below $MAPCTL_BPFFS"});
  const fs::path path = pin_path(options.path);
  const Wanted wanted = wanted_map(options, path, session);
  const FileAccess access{
      .mode = options.mode.empty() ? std::nullopt : std::optional{file_mode(options.mode)},
      .group = options.group.empty() ? std::nullopt : std::optional{group_id(options.group)}};
  if (options.exist_ok && is_there(path)) return accept_existing(path, wanted.spec, access);
  const auto attempt = [&] { return fmt::format("create {}", path.string()); };
  attempting(attempt, [&] { check_pin_path(path); });
  const Map map = Map::create(wanted.spec);
  attempting(attempt, [&] { map.pin(path); });
  if (const auto failure = set_access(path, access)) {
    mapctl::unpin(path);
    throw access_failure(path, *failure, "the map was not created");
  }
  return Exit::done;
}

}  // namespace mapctl::cli
