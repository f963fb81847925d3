#include "mapctl/bpffs.hpp"

#include <mntent.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "map/pin_open.hpp"

namespace mapctl {
namespace {

namespace fs = std::filesystem;

constexpr long bpffs_magic = 0xcafe4a11;

struct EndMounts {
  void operator()(std::FILE* file) const { ::endmntent(file); }
};

std::vector<fs::path> entries_of(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(directory, error), end; at != end; at.increment(error))
    entries.push_back(at->path());
  throw_shortage(error.value(), "list the pins");
  std::ranges::sort(entries);
  return entries;
}

void visit_pins(const fs::path& directory, const std::function<void(const fs::path&)>& visit) {
  for (const fs::path& entry : entries_of(directory)) {
    // A pin's name has no dot; maps.debug and progs.debug belong to the kernel.
    if (has_dot(entry)) continue;
    struct stat status {};
    if (::lstat(entry.c_str(), &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) visit_pins(entry, visit);
    if (S_ISREG(status.st_mode)) visit(entry);
  }
}

}  // namespace

std::optional<bool> is_bpffs(const fs::path& path) {
  struct statfs found {};
  if (::statfs(path.c_str(), &found) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(found.f_type) == bpffs_magic;
}

fs::path directory_of(const fs::path& path) {
  const fs::path directory = path.parent_path();
  return directory.empty() ? "." : directory;
}

bool is_pinned(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

std::string with_ending(std::string_view name, std::string_view ending) {
  return fmt::format("{}{}", name.substr(0, NAME_MAX - ending.size()), ending);
}

bool is_dangling_link(const fs::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return false;
  return ::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ELOOP);
}

bool has_dot(const fs::path& path) {
  return path.filename().string().find('.') != std::string::npos;
}

Explanation needs_bpffs(const fs::path& path) {
  return {.cause = Cause::not_bpffs,
          .reason = fmt::format("{} is not on a BPF filesystem", path.string()),
          .why = "maps can be pinned only on a bpffs",
          .fix = {"use a path on a bpffs; where none is mounted: mount -t bpf bpf /sys/fs/bpf"}};
}

bool on_bpffs(const fs::path& path) {
  return is_bpffs(path).value_or(false) || is_bpffs(directory_of(path)).value_or(false);
}

std::vector<fs::path> bpffs_mounts() {
  std::vector<fs::path> mounts;
  const std::unique_ptr<std::FILE, EndMounts> file(::setmntent("/proc/self/mounts", "re"));
  if (!file) throw_shortage(errno, "find the BPF filesystems");
  mntent mount{};
  char text[2 * PATH_MAX];
  while (file && ::getmntent_r(file.get(), &mount, text, sizeof text) != nullptr)
    if (std::string_view{mount.mnt_type} == "bpf") mounts.emplace_back(mount.mnt_dir);
  return mounts;
}

void for_each_pin(const fs::path& directory, const std::function<void(const fs::path&)>& visit) {
  const std::string attempt = fmt::format("list the pins below {}", directory.string());
  const std::optional<bool> bpffs = is_bpffs(directory);
  if (!bpffs)
    throw kernel_error(Operation::open, errno, attempt,
                       errno == ENOENT ? Explanation{.cause = Cause::not_found,
                                                     .reason = "there is no such directory"}
                                       : explain(errno));
  if (!*bpffs) throw kernel_error(Operation::open, 0, attempt, needs_bpffs(directory));
  visit_pins(directory, visit);
}

}  // namespace mapctl
