#include "filter_pins.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "kernel_error.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view link_prefix = "filter_link_";

std::string escape(std::string_view interface) {
  std::string result;
  for (const char c : interface) {
    if (c == '.')
      result += "%2E";
    else if (c == '%')
      result += "%25";
    else
      result += c;
  }
  return result;
}

std::string unescape(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const bool is_dot = text.starts_with("%2E");
    const bool is_percent = text.starts_with("%25");
    result += is_dot ? '.' : is_percent ? '%' : text.front();
    text.remove_prefix(is_dot || is_percent ? 3 : 1);
  }
  return result;
}

}  // namespace

fs::path filter_link_pin(const fs::path& directory, const std::string& interface) {
  return directory / (std::string{link_prefix} + escape(interface));
}

std::optional<std::string> interface_of_pin(const fs::path& pin) {
  const std::string name = pin.filename().string();
  if (!name.starts_with(link_prefix)) return std::nullopt;
  return unescape(std::string_view{name}.substr(link_prefix.size()));
}

std::vector<fs::path> filter_link_pins(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> pins;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (at->symlink_status().type() == fs::file_type::regular && interface_of_pin(at->path()))
      pins.push_back(at->path());
  if (error)
    throw kernel_error(Operation::open, error.value(),
                       fmt::format("look for the filter's links in {}", directory.string()));
  std::ranges::sort(pins);
  return pins;
}

void check_filter_directory(const fs::path& directory) {
  if (!on_bpffs(directory / "."))
    throw kernel_error(Operation::open, 0,
                       fmt::format("keep the filter's map in {}", directory.string()),
                       needs_bpffs(directory));
}

Fd lock_filter_directory(const fs::path& directory) {
  Fd lock(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int error = lock ? 0 : errno;
  while (error == 0 && flock(lock.get(), LOCK_EX) != 0)
    if (errno != EINTR) error = errno;
  if (error != 0)
    throw kernel_error(Operation::open, error, fmt::format("lock {}", directory.string()));
  return lock;
}

}  // namespace mapctl
