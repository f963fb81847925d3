#include "map/fd_info.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <bpf/bpf.h>
#include <fmt/format.h>

#include "map/error/kernel_error.hpp"

namespace mapctl {
namespace {

int access_mode(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags < 0 ? O_RDWR : flags & O_ACCMODE;
}

std::uint64_t number_after(const std::string& line, std::string_view field) {
  return std::strtoull(line.c_str() + field.size(), nullptr, 10);
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

std::optional<ObjectKind> object_kind(int fd) {
  std::error_code error;
  const std::string target =
      std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", fd), error).string();
  if (error)
    throw kernel_error(Operation::info, error.value(), "tell what a descriptor is",
                       {.cause = Cause::other,
                        .reason = "/proc/self/fd cannot be read",
                        .fix = {"mount -t proc proc /proc"}});
  if (is_map_link(target)) return ObjectKind::map;
  if (target == "anon_inode:bpf-prog") return ObjectKind::program;
  // Kernels name a link "bpf_link", "bpf-link", or similarly to "bpf_iter".
  if (target.starts_with("anon_inode:bpf") && target.find("link") != std::string::npos)
    return ObjectKind::link;
  return std::nullopt;
}

MapInfo read_map_info(int fd) {
  // The kernel accepts a struct longer than its own only if the rest is zero.
  bpf_map_info raw;
  std::memset(&raw, 0, sizeof raw);
  __u32 size = sizeof raw;
  if (const int result = ::bpf_obj_get_info_by_fd(fd, &raw, &size); result < 0)
    throw kernel_error(Operation::info, -result, "read what the kernel tells of a map");
  return {.id = raw.id,
          .type = static_cast<MapType>(raw.type),
          .name = std::string(raw.name, ::strnlen(raw.name, sizeof raw.name)),
          .key_size = raw.key_size,
          .value_size = raw.value_size,
          .max_entries = raw.max_entries,
          .flags = raw.map_flags,
          .map_extra = raw.map_extra,
          .btf_id = raw.btf_id,
          .btf_key_type_id = raw.btf_key_type_id,
          .btf_value_type_id = raw.btf_value_type_id,
          .btf_vmlinux_value_type_id = raw.btf_vmlinux_value_type_id};
}

MapUsage read_map_usage(int fd) {
  MapUsage usage;
  std::ifstream file(fmt::format("/proc/self/fdinfo/{}", fd));
  if (!file) throw_shortage(errno, "tell if a map is frozen");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("frozen:")) usage.frozen = number_after(line, "frozen:") != 0;
    if (line.starts_with("memlock:")) usage.memlock = number_after(line, "memlock:");
  }
  return usage;
}

bool is_map_link(std::string_view target) { return target == "anon_inode:bpf-map"; }

std::optional<std::uint32_t> map_id_in(const std::filesystem::path& fdinfo) {
  std::ifstream file(fdinfo);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("map_id:"))
      return static_cast<std::uint32_t>(number_after(line, "map_id:"));
  return std::nullopt;
}

bool is_read_only(int fd) { return access_mode(fd) == O_RDONLY; }
bool is_write_only(int fd) { return access_mode(fd) == O_WRONLY; }

}  // namespace mapctl
