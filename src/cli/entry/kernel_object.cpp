#include "cli/entry/kernel_object.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "cli/entry/device_value.hpp"
#include "cli/naming/map_ref.hpp"
#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "mapctl/batch.hpp"
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
  if (is_redirect(kind)) {
    auto [bytes, program] = redirect_value(map, text);
    return Object(std::move(bytes), std::move(program));
  }
  return std::nullopt;
}

std::optional<std::uint32_t> first_inner_id(const Map& map) {
  MapReader reader(map);
  const std::optional<Chunk> chunk = reader.next();
  if (!chunk) return std::nullopt;
  std::uint32_t id = 0;
  std::memcpy(&id, chunk->value(0).data(), sizeof id);
  return id;
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
