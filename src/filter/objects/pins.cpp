#include "filter/objects/pins.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "map/error/kernel_error.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

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

/// The names of a filter's pins begin with its name. If the name of another filter contained this
/// word, its map could look like our link.
constexpr std::string_view link_word = "_link";

bool fits_in_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

FilterPins::FilterPins(fs::path directory, std::string name)
    : directory_(std::move(directory)), name_(std::move(name)) {
  if (name_.empty() || !std::ranges::all_of(name_, fits_in_a_name))
    throw BadInput(fmt::format("'{}' is no name for a filter", name_),
                   {"a name has letters, digits, '-' and '_'"});
  if (name_.find(link_word) != std::string::npos)
    throw BadInput(fmt::format("'{}' is no name for a filter", name_),
                   {"leave out '_link', which its pins have behind the name"});
}

fs::path FilterPins::rules() const { return directory_ / (name_ + "_map"); }

fs::path FilterPins::statistics() const { return directory_ / (name_ + "_stats"); }

fs::path FilterPins::link(const std::string& interface) const {
  return directory_ / fmt::format("{}{}_{}", name_, link_word, escape(interface));
}

std::optional<std::string> interface_of_pin(const FilterPins& pins, const fs::path& pin) {
  const std::string name = pin.filename().string();
  const std::string prefix = fmt::format("{}{}_", pins.name(), link_word);
  if (!name.starts_with(prefix)) return std::nullopt;
  return unescape(std::string_view{name}.substr(prefix.size()));
}

std::optional<std::string> filter_of_link_pin(const fs::path& pin) {
  const std::string name = pin.filename().string();
  const std::size_t word = name.find(fmt::format("{}_", link_word));
  if (word == std::string::npos) return std::nullopt;
  return name.substr(0, word);
}

std::vector<fs::path> filter_link_pins(const FilterPins& filter) {
  const fs::path& directory = filter.directory();
  std::error_code error;
  std::vector<fs::path> pins;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    if (at->symlink_status().type() == fs::file_type::regular &&
        interface_of_pin(filter, at->path()))
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
