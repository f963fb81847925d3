#include "object.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "failure.hpp"
#include "map_ref.hpp"
#include "mapctl/pin.hpp"
#include "mapctl/text.hpp"

namespace mapctl::cli {

namespace {

/// A number is the id that a dump prints.
std::string as_reference(const std::string& text) {
  return whole_number(text) ? "id:" + text : text;
}

Fd open_program_reference(const std::string& reference) {
  if (!reference.starts_with("id:")) return open_program(pin_path(reference));
  if (const auto id = whole_number(reference.substr(3))) return open_program(*id);
  throw usage_error(fmt::format("'{}' is not a program id", reference), {"ids are numbers: id:42"});
}

[[noreturn]] void cannot_open(std::string_view what, const std::string& text, int error,
                              std::vector<std::string> fix) {
  const Exit exit = error == EACCES || error == EPERM ? Exit::permission : Exit::not_found;
  throw Failed({"object", exit, fmt::format("cannot open {} '{}'", what, text),
                std::strerror(error), std::move(fix)});
}

Fd open_path(const std::string& path, int flags, std::string_view what) {
  Fd fd(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
  if (!fd) cannot_open(what, path, errno, {fmt::format("name {} by its path", what)});
  return fd;
}

Fd open_task(const std::string& text) {
  const auto pid = whole_number(text);
  if (!pid)
    throw BadInput(fmt::format("'{}' is not the number of a process", text),
                   {"the keys of a task_storage are process ids: 1234"});
  // glibc of Debian 12 has pidfd_open, that of its neighbours has not.
  Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  if (!fd) cannot_open("process", text, errno, {"name a process that runs, by its id"});
  return fd;
}

[[noreturn]] void only_the_owner(const Map& map, std::string_view objects) {
  throw Failed({"unsupported", Exit::refused,
                fmt::format("{} holds {}, which only the program that has them open can put there",
                            map.label(), objects),
                fmt::format("values of a {} are descriptors", type_name(map.info().type))});
}

bool is_device_map(MapType type) { return type == MapType::devmap || type == MapType::devmap_hash; }

}  // namespace

Bytes Object::bytes() const {
  const Map* const map = std::get_if<Map>(&object_);
  const std::int32_t fd = map != nullptr ? map->fd() : std::get<Fd>(object_).get();
  const ByteView view = bytes_of(fd);
  return {view.begin(), view.end()};
}

std::optional<Object> value_object(const Map& map, const std::string& text) {
  const MapType type = map.info().type;
  if (holds_maps(type)) return Object(open_map(as_reference(text), Access::read_write));
  if (type == MapType::prog_array) return Object(open_program_reference(as_reference(text)));
  if (type == MapType::cgroup_array)
    return Object(open_path(text, O_DIRECTORY, "the cgroup's directory"));
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
      return Object(open_path(text, O_DIRECTORY, "the cgroup's directory"));
    case MapType::inode_storage:
      return Object(open_path(text, 0, "the file"));
    case MapType::sk_storage:
      only_the_owner(map, "values of sockets");
    default:
      return std::nullopt;
  }
}

std::optional<Bytes> interface_value(const Map& map, const std::string& text) {
  if (!is_device_map(map.info().type) || whole_number(text)) return std::nullopt;
  const std::uint32_t index = if_nametoindex(text.c_str());
  if (index == 0) return std::nullopt;
  Bytes value(map.info().value_size);
  std::ranges::copy(bytes_of(index), value.begin());
  return value;
}

}  // namespace mapctl::cli
