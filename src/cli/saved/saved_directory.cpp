#include "cli/saved/saved_directory.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <climits>
#include <string_view>

#include "cli/session/failure.hpp"
#include "map/error/printable.hpp"
#include "map/pin_open.hpp"
#include "mapctl/bpffs.hpp"

namespace mapctl::cli {

namespace {

namespace fs = std::filesystem;

std::string_view extension(Format format) {
  if (format == Format::jsonl) return ".jsonl";
  if (format == Format::json || format == Format::bpftool) return ".json";
  return format == Format::csv ? ".csv" : ".txt";
}

/// FNV-1a: the same pin has the same file in every backup.
std::uint32_t hash_of(std::string_view text) {
  std::uint32_t hash = 2166136261;
  for (const char character : text)
    hash = (hash ^ static_cast<unsigned char>(character)) * 16777619;
  return hash;
}

/// Cuts a name that is too long, and escapes what cannot be shown. A hash tells such a name from
/// others. No pin has a dot in its name.
std::string file_name(const std::string& pin, std::string_view ending) {
  const std::string shown = printable(pin);
  if (shown == pin && pin.size() + ending.size() <= NAME_MAX)
    return fmt::format("{}{}", pin, ending);
  return with_ending(shown, fmt::format(".{:08x}{}", hash_of(pin), ending));
}

void make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error)
    throw Failed(
        {"output", error == std::errc::permission_denied ? Exit::permission : Exit::not_found,
         fmt::format("cannot make the directory {}: {}", directory.string(), error.message())});
}

/// Leaves descriptors for everything else.
std::size_t share_of_descriptors() {
  constexpr rlim_t most = 256;
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min(limit.rlim_cur / 4, most) : 1;
}

}  // namespace

SavedDirectory::SavedDirectory(fs::path directory, Format format)
    : directory_(std::move(directory)), format_(format), most_open_(share_of_descriptors()) {}

void SavedDirectory::write(const std::string& pin, const std::function<void(SaveTo)>& write_map) {
  const fs::path path = file_of(pin);
  make_directory(path.parent_path());
  auto file = std::make_unique<AtomicFile>(path);
  file->write(write_map);
  files_.push_back({pin, std::move(file)});
}

/// Its path below its mount, or the whole path if that name is taken.
fs::path SavedDirectory::file_of(const fs::path& pin) {
  fs::path name = pin.relative_path();
  std::size_t longest = 0;
  for (const fs::path& mount : bpffs_mounts()) {
    const fs::path below = pin.lexically_relative(mount);
    const bool is_below = !below.empty() && *below.begin() != "..";
    if (!is_below || mount.native().size() < longest) continue;
    longest = mount.native().size();
    name = below;
  }
  if (taken_.contains(name)) name = pin.relative_path();
  taken_.insert(name);
  return directory_ / printable(name.parent_path().native()) /
         file_name(name.filename().string(), extension(format_));
}

void SavedDirectory::sync() const {
  std::set<dev_t> synced;
  for (const File& each : files_)
    if (synced.insert(each.file->filesystem()).second) each.file->sync_filesystem();
}

}  // namespace mapctl::cli
