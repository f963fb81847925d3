#include <fcntl.h>

#include <cerrno>
#include <utility>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/error/kernel_error.hpp"
#include "map/fd_info.hpp"
#include "map/libbpf_options.hpp"
#include "map/pin_open.hpp"
#include "mapctl/map.hpp"

// Opens and pins existing maps.

namespace mapctl {
namespace {

std::uint32_t open_flags(Access access) {
  switch (access) {
    case Access::read_write:
      return 0;
    case Access::read_only:
      return BPF_F_RDONLY;
    case Access::write_only:
      return BPF_F_WRONLY;
  }
  return 0;
}

void expect_map(std::optional<ObjectKind> kind, const std::string& attempt, std::string_view is) {
  if (kind == ObjectKind::map) return;
  const std::string_view what = kind ? name(*kind) : "descriptor of something else";
  throw kernel_error(Operation::open, 0, attempt,
                     {.cause = Cause::not_a_map,
                      .reason = fmt::format("it {} {}, not a map", is, what),
                      .fix = {{"see the maps that there are", Remedy::list_maps}}});
}

Explanation explain_id(int error) {
  if (error == ENOENT) return {.cause = Cause::not_found, .reason = "there is no map of that id"};
  if (error == EPERM) return needs_capability("opening a map by its id", "CAP_SYS_ADMIN");
  return explain(error);
}

}  // namespace

Map Map::adopt(Fd fd) {
  expect_map(object_kind(fd.get()), "use the descriptor as a map", "is a");
  return Map(std::move(fd));
}

Map Map::duplicate(int fd) {
  constexpr int above_standard_streams = 3;
  Fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, above_standard_streams));
  if (!copy) throw kernel_error(Operation::open, errno, "duplicate the descriptor of a map");
  return adopt(std::move(copy));
}

Map Map::clone() const { return duplicate(fd()); }

Map Map::open(const std::filesystem::path& pin, Access access) {
  const std::string attempt = fmt::format("open {}", pin.string());
  OpenedPin opened = open_pin(pin, open_flags(access));
  if (opened.error != 0)
    throw kernel_error(Operation::open, opened.error, attempt, explain_open(pin, opened.error));
  expect_map(opened.kind, attempt, "is a pinned");
  return Map(std::move(opened.fd));
}

Map Map::open(std::uint32_t id, Access access) {
  auto options = libbpf_options<bpf_get_fd_by_id_opts>();
  options.open_flags = open_flags(access);
  const int fd = ::bpf_map_get_fd_by_id_opts(id, &options);
  if (fd < 0)
    throw kernel_error(Operation::open, -fd, fmt::format("open map id {}", id), explain_id(-fd));
  return Map(Fd(fd));
}

void Map::pin(const std::filesystem::path& path) const {
  if (const int result = ::bpf_obj_pin(fd(), path.c_str()); result < 0)
    throw kernel_error(Operation::pin, -result, fmt::format("pin {} at {}", label(), path.string()),
                       explain_pin(path, -result), info_.type);
}

}  // namespace mapctl
