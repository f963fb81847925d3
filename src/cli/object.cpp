#include "object.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/magic.h>
#include <net/if.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <climits>
#include <cstring>

#include "failure.hpp"
#include "map_ref.hpp"
#include "mapctl/codec.hpp"
#include "mapctl/info.hpp"
#include "mapctl/pin.hpp"
#include "mapctl/text.hpp"

namespace mapctl::cli {

namespace {

/// A number is the id that a dump prints.
std::string as_reference(const std::string& text) {
  return whole_number(text) ? "id:" + text : text;
}

Fd open_program_called(const std::string& name) {
  std::vector<std::string> references;
  std::uint32_t id = 0;
  for (const ProgramInfo& program : programs()) {
    if (program.name != name) continue;
    id = program.id;
    references.push_back(fmt::format("id:{}", id));
  }
  if (references.size() == 1) return open_program(id);
  if (references.empty())
    throw Failed({"not_found",
                  Exit::not_found,
                  fmt::format("there is no program '{}'", excerpt(name)),
                  {},
                  {"kernel names have at most 15 characters; name it by its id or its pin"}});
  throw Failed({"ambiguous",
                Exit::not_found,
                fmt::format("'{}' is the name of {} programs: {}", excerpt(name), references.size(),
                            fmt::join(references, ", ")),
                "kernel names need not be unique",
                {"name one of them by its id"}});
}

Fd open_program_reference(const std::string& reference) {
  if (reference.starts_with("name:")) return open_program_called(reference.substr(5));
  if (!reference.starts_with("id:")) return open_program(pin_path(reference));
  if (const auto id = whole_number(reference.substr(3))) return open_program(*id);
  throw usage_error(fmt::format("'{}' is not a program id", reference), {"ids are numbers: id:42"});
}

/// What that is which cannot be opened: "the file".
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
  // glibc of Debian 12 has pidfd_open, that of its neighbours has not.
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

/// The number that the kernel knows a cgroup by.
std::uint64_t cgroup_id(const std::string& path) {
  const Fd cgroup = open_cgroup(path);
  struct stat status {};
  if (::fstat(cgroup.get(), &status) != 0) cannot_open("the cgroup", path, errno);
  return status.st_ino;
}

/// A number as everywhere: 3, 0x3.
std::optional<std::uint32_t> number_in(const std::string& text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0)
    return std::nullopt;
  try {
    std::uint32_t number = 0;
    encode({.kind = Kind::integer, .size = sizeof number}, text, writable_bytes_of(number));
    return number;
  } catch (const BadInput&) {
    return std::nullopt;
  }
}

[[noreturn]] void only_the_owner(const Map& map, std::string_view objects) {
  throw Failed(
      {"unsupported", Exit::refused,
       fmt::format("{} holds {}, which only the program that has them open can put there",
                   map.label(), objects),
       fmt::format("values of maps of type {} are descriptors", type_name(map.info().type))});
}

bool is_device_map(MapType type) { return type == MapType::devmap || type == MapType::devmap_hash; }

std::uint32_t interface_index(const std::string& text) {
  const auto number = number_in(text);
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
  const auto number = number_in(text);
  if (number && *number > 0) return *number;
  throw BadInput(fmt::format("'{}' is not a number of packets, 1 to 16384", excerpt(text)),
                 {"to remove an entry: del"});
}

/// What the user says of an entry of a device or CPU map.
struct Redirect {
  std::string to;         ///< an interface, or how many packets may wait for the CPU
  std::string program{};  ///< 0 or empty: none
};

Layout text_layout(std::uint32_t size) {
  return {.kind = Kind::text, .size = size, .name = "char"};
}

std::string text_at(ByteView bytes) {
  const auto* const begin = reinterpret_cast<const char*>(bytes.data());
  return {begin, ::strnlen(begin, bytes.size())};
}

/// A struct whose members are texts here, and resolved to numbers later: names and pins
/// can stand where the kernel wants numbers.
Redirect read_struct(const std::string& first, const std::string& text) {
  constexpr std::uint32_t longest = PATH_MAX;
  const Layout texts{
      .kind = Kind::structure,
      .size = 2 * longest,
      .members = {{.name = first, .type = text_layout(longest)},
                  {.name = "bpf_prog", .type = text_layout(longest), .bit_offset = 8 * longest}}};
  const Bytes bytes = encode(texts, text);
  const ByteView view = bytes;
  return {text_at(view.first(longest)), text_at(view.subspan(longest))};
}

/// Bytes as `--hex` prints them: with the program's id.
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
  return read_struct(is_device_map(map.info().type) ? "ifindex" : "qsize", text);
}

/// An entry of a device or CPU map. In text a program is what `dump` prints, its id; the
/// kernel wants a descriptor.
Object redirect_value(const Map& map, const std::string& text) {
  const Redirect redirect = read_redirect(map, text);
  const std::uint32_t number =
      is_device_map(map.info().type) ? interface_index(redirect.to) : queue_size(redirect.to);
  Bytes value(map.info().value_size);
  std::ranges::copy(bytes_of(number), value.begin());
  if (redirect.program.empty() || redirect.program == "0") return {std::move(value), Fd()};
  Fd program = open_program_reference(as_reference(redirect.program));
  const std::int32_t fd = program.get();
  std::ranges::copy(bytes_of(fd), value.begin() + sizeof number);
  return {std::move(value), std::move(program)};
}

Bytes bytes_of_descriptor(std::int32_t fd) {
  const ByteView view = bytes_of(fd);
  return {view.begin(), view.end()};
}

}  // namespace

Object::Object(Map map) : bytes(bytes_of_descriptor(map.fd())), opened(std::move(map)) {}
Object::Object(Fd fd) : bytes(bytes_of_descriptor(fd.get())), opened(std::move(fd)) {}

std::optional<Object> value_object(const Map& map, const std::string& text) {
  const MapType type = map.info().type;
  if (holds_maps(type)) return Object(open_map(as_reference(text), Access::read_write));
  if (type == MapType::prog_array) return Object(open_program_reference(as_reference(text)));
  if (type == MapType::cgroup_array) return Object(open_cgroup(text));
  if (is_device_map(type) || type == MapType::cpumap) return redirect_value(map, text);
  if (type == MapType::perf_event_array) only_the_owner(map, "perf events");
  if (type == MapType::xskmap || type == MapType::sockmap || type == MapType::sockhash ||
      type == MapType::reuseport_sockarray)
    only_the_owner(map, "sockets");
  return std::nullopt;
}

std::optional<Object> key_object(const Map& map, const std::string& text) {
  switch (map.info().type) {
    case MapType::task_storage:
      return Object(open_task(text));
    case MapType::cgrp_storage:
      return Object(open_cgroup(text));
    case MapType::inode_storage:
      return Object(open_path(text, 0, "the file"));
    case MapType::sk_storage:
      only_the_owner(map, "values of sockets");
    default:
      return std::nullopt;
  }
}

std::optional<Bytes> cgroup_key(const Map& map, const std::string& text) {
  const MapType type = map.info().type;
  const bool is_keyed_so =
      type == MapType::cgroup_storage || type == MapType::percpu_cgroup_storage;
  if (!is_keyed_so || (!text.starts_with('/') && !text.starts_with("./"))) return std::nullopt;
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
