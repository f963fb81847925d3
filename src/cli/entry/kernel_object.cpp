#include "cli/entry/kernel_object.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "cli/naming/map_ref.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/text/codec.hpp"
#include "text/literal/ascii.hpp"

namespace mapctl::cli {

namespace {

/// `what`: the kind of thing, for the message, such as "the file".
[[noreturn]] void cannot_open(std::string_view what, const std::string& path, int error) {
  const std::string tried = fmt::format("cannot open {} '{}'", what, excerpt(path));
  switch (error) {
    case EACCES:
    case EPERM:
      throw Failed({"permission", Exit::permission, tried + ": permission denied",
                    "its mode or that of a directory above it does not let you"});
    case ENOENT:
      throw Failed({"not_found", Exit::not_found, tried + ": there is no such path"});
    case ENOTDIR:
      throw Failed({"not_found", Exit::not_found, tried + ": it is not a directory"});
    default:
      throw Failed({"object", Exit::not_found, tried,
                    fmt::format("the kernel says: {}", std::strerror(error))});
  }
}

Fd open_path(const std::string& path, int flags, std::string_view what) {
  Fd fd(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
  if (!fd) cannot_open(what, path, errno);
  return fd;
}

Fd open_cgroup(const std::string& path) {
  Fd fd = open_path(path, O_DIRECTORY, "the cgroup");
  struct statfs found {};
  if (::fstatfs(fd.get(), &found) == 0 && found.f_type == CGROUP2_SUPER_MAGIC) return fd;
  throw Failed({"not_found",
                Exit::not_found,
                fmt::format("'{}' is not a cgroup", excerpt(path)),
                "cgroups are the directories of a cgroup2 filesystem",
                {"they are often below /sys/fs/cgroup; where none is mounted: mount -t cgroup2 "
                 "none DIRECTORY"}});
}

Fd open_task(const std::string& text) {
  const auto pid = whole_number(text);
  if (!pid || *pid == 0)
    throw BadInput(fmt::format("'{}' is not the number of a process", excerpt(text)),
                   {"the keys of a task_storage are process ids: 1234"});
  // glibc has pidfd_open since 2.36 (Debian 12); other distributions have older versions.
  Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  if (fd) return fd;
  if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
    throw Failed({"object", Exit::refused, fmt::format("cannot open process {}", text),
                  fmt::format("the kernel says: {}", std::strerror(errno))});
  throw Failed({"not_found",
                Exit::not_found,
                fmt::format("there is no process {}", text),
                {},
                {"name a process that runs, by its id; a thread's is that of its process"}});
}

/// The id of a cgroup in the kernel.
std::uint64_t cgroup_id(const std::string& path) {
  const Fd cgroup = open_cgroup(path);
  struct stat status {};
  if (::fstat(cgroup.get(), &status) != 0) cannot_open("the cgroup", path, errno);
  return status.st_ino;
}

[[noreturn]] void only_the_owner(const Map& map, std::string_view objects) {
  throw Failed(
      {"unsupported", Exit::refused,
       fmt::format("{} holds {}, which only the program that has them open can put there",
                   map.label(), objects),
       fmt::format("values of maps of type {} are descriptors", type_name(map.info().type))});
}

Bytes bytes_of_descriptor(std::int32_t fd) {
  const ByteView view = bytes_of(fd);
  return {view.begin(), view.end()};
}

bool is_device_map(const Map& map) {
  return value_content(map.info().type) == ValueContent::interface;
}

std::uint32_t interface_index(const std::string& text) {
  const auto number = whole_number(text);
  if (number == 0U) throw BadInput("no interface has the number 0", {"to remove an entry: del"});
  char name[IF_NAMESIZE];
  if (number && ::if_indextoname(*number, name) != nullptr) return *number;
  const std::uint32_t index = number ? 0 : ::if_nametoindex(text.c_str());
  if (index != 0) return index;
  throw Failed({"not_found",
                Exit::not_found,
                fmt::format("there is no interface '{}'", excerpt(text)),
                {},
                {"see what there is: ip link"}});
}

std::uint32_t queue_size(const std::string& text) {
  const auto number = whole_number(text);
  if (number && *number > 0) return *number;
  throw BadInput(fmt::format("'{}' is not a number of packets, 1 to 16384", excerpt(text)),
                 {"to remove an entry: del"});
}

/// An entry of a device or CPU map as the user writes it.
struct Redirect {
  std::string to;         ///< an interface, or the queue size of the CPU in packets
  std::string program{};  ///< empty or 0: none
};

/// Reads a struct whose members stay text; they are resolved to numbers later, so names and pins
/// can replace the kernel's numbers.
Redirect read_struct(const std::string& first, const std::string& text) {
  constexpr std::uint32_t longest = PATH_MAX;
  const Layout member{.kind = Kind::text, .size = longest, .name = "char"};
  const Layout texts{.kind = Kind::structure,
                     .size = 2 * longest,
                     .members = {{.name = first, .type = member},
                                 {.name = "bpf_prog", .type = member, .bit_offset = 8 * longest}}};
  const Bytes bytes = encode(texts, text);
  const auto text_at = [&](std::size_t offset) {
    const auto* const begin = reinterpret_cast<const char*>(bytes.data()) + offset;
    return std::string(begin, ::strnlen(begin, longest));
  };
  return {text_at(0), text_at(longest)};
}

/// Reads bytes as `--hex` prints them, which contain the program's id.
Redirect read_hex(const Map& map, const std::string& text) {
  const Bytes bytes = encode(bytes_layout(map.info().value_size), text);
  std::uint32_t numbers[2]{};
  std::memcpy(numbers, bytes.data(), std::min(bytes.size(), sizeof numbers));
  return {std::to_string(numbers[0]), std::to_string(numbers[1])};
}

Redirect read_redirect(const Map& map, const std::string& text) {
  const bool has_program = map.info().value_size == 8;
  if (text.starts_with("hex:")) return read_hex(map, text);
  const bool is_struct = text.find_first_of("={") != std::string::npos;
  if (!has_program || !is_struct) return {text};
  return read_struct(is_device_map(map) ? "ifindex" : "qsize", text);
}

/// Reads an entry of a device or CPU map. The text has the program's id, as `dump` prints it; the
/// kernel expects a descriptor.
Object redirect_value(const Map& map, const std::string& text) {
  const Redirect redirect = read_redirect(map, text);
  const std::uint32_t number =
      is_device_map(map) ? interface_index(redirect.to) : queue_size(redirect.to);
  Bytes value(map.info().value_size);
  std::ranges::copy(bytes_of(number), value.begin());
  if (redirect.program.empty() || redirect.program == "0") return Object(std::move(value), Fd());
  Fd program = open_program_called(redirect.program);
  const std::int32_t fd = program.get();
  std::ranges::copy(bytes_of(fd), value.begin() + sizeof number);
  return Object(std::move(value), std::move(program));
}

}  // namespace

Object::Object(Map map) : bytes(bytes_of_descriptor(map.fd())), opened(std::move(map)) {}
Object::Object(Fd fd) : bytes(bytes_of_descriptor(fd.get())), opened(std::move(fd)) {}

std::string_view plural(ValueContent kind) {
  constexpr std::array words{"",
                             "",
                             "maps",
                             "programs",
                             "cgroups",
                             "perf events",
                             "sockets",
                             "sockets",
                             "interfaces",
                             "queues of CPUs",
                             "operations of the kernel"};
  static_assert(words.size() == static_cast<std::size_t>(ValueContent::kernel_struct) + 1);
  return words[static_cast<std::size_t>(kind)];
}

bool belongs_to_owner(ValueContent kind) {
  return kind == ValueContent::perf_event || kind == ValueContent::xdp_socket ||
         kind == ValueContent::socket;
}

bool names_objects(KeyContent kind) { return kind >= KeyContent::cgroup_id; }

std::optional<Object> value_object(const Map& map, const std::string& text) {
  const ValueContent kind = value_content(map.info().type);
  if (belongs_to_owner(kind)) only_the_owner(map, plural(kind));
  if (kind == ValueContent::map)
    return Object(open_map(whole_number(text) ? "id:" + text : text, Access::read_write));
  if (kind == ValueContent::program) return Object(open_program_called(text));
  if (kind == ValueContent::cgroup) return Object(open_cgroup(text));
  if (is_redirect(kind)) return redirect_value(map, text);
  return std::nullopt;
}

OpenObjects::OpenObjects(FindObject find) : find_(std::move(find)) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::optional<ByteView> OpenObjects::value(const Map& map, const std::string& text) {
  if (const auto found = values_.find(text); found != values_.end()) return found->second.bytes;
  std::optional<Object> object = find_ ? find_(text) : std::nullopt;
  if (!object) object = value_object(map, text);
  if (!object) return std::nullopt;
  return values_.emplace(text, *std::move(object)).first->second.bytes;
}

std::optional<Object> key_object(const Map& map, const std::string& text) {
  const KeyContent kind = key_content(map.info().type);
  if (kind == KeyContent::task) return Object(open_task(text));
  if (kind == KeyContent::cgroup) return Object(open_cgroup(text));
  if (kind == KeyContent::file) return Object(open_path(text, 0, "the file"));
  if (kind == KeyContent::socket) only_the_owner(map, "values of sockets");
  return std::nullopt;
}

std::optional<Bytes> cgroup_key(const Map& map, const std::string& text) {
  const bool is_path = text.starts_with('/') || text.starts_with("./");
  if (key_content(map.info().type) != KeyContent::cgroup_id || !is_path) return std::nullopt;
  const std::uint64_t id = cgroup_id(text);
  const ByteView bytes = bytes_of(id);
  if (map.info().key_size == bytes.size()) return Bytes{bytes.begin(), bytes.end()};
  throw usage_error(
      fmt::format("a key of {} is a cgroup and how its program is attached", map.label()),
      {fmt::format("'{}' is number {}: cgroup_inode_id={},attach_type=0, or as "
                   "'mapctl keys' prints it",
                   excerpt(text), id, id)});
}

}  // namespace mapctl::cli
