#include "filter/objects/pins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "filter/objects/interface.hpp"
#include "map/error/kernel_error.hpp"
#include "map/pin_open.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

namespace {

namespace fs = std::filesystem;

std::string escape(std::string_view interface) {
  std::string result;
  for (const char c : interface) result += c == '.' ? "%2E" : c == '%' ? "%25" : std::string{c};
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

/// The interface that a filter's link pin was made for; nullopt for any other pin.
std::optional<std::string> interface_of_pin(const FilterPins& pins, const fs::path& pin) {
  const std::string name = pin.filename().string();
  const std::string prefix = fmt::format("{}{}_", pins.name(), link_word);
  if (!name.starts_with(prefix)) return std::nullopt;
  return unescape(std::string_view{name}.substr(prefix.size()));
}

/// The interface number alone may be that of a device in another namespace.
FilterPlace place_of(const XdpLinkInfo& info) {
  if (info.interface_index == 0) return FilterPlace::gone;
  const std::vector<XdpState> here = xdp_programs(info.interface_index);
  const bool is_here =
      std::ranges::find(here, info.program_id, &XdpState::program_id) != here.end();
  return is_here ? FilterPlace::here : FilterPlace::other_namespace;
}

}  // namespace

FilterPins::FilterPins(fs::path directory, std::string name, PinOwner owner)
    : directory_(std::move(directory)), name_(std::move(name)), owner_(owner) {
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

std::optional<std::string> filter_of_link_pin(const fs::path& pin) {
  const std::string name = pin.filename().string();
  const std::size_t word = name.find(fmt::format("{}_", link_word));
  if (word == std::string::npos) return std::nullopt;
  return name.substr(0, word);
}

std::optional<PinnedLink> open_filter_link(const FilterPins& pins, const fs::path& pin) {
  std::optional<Fd> link = open_xdp_link(pin, pins.owner());
  if (!link) return std::nullopt;
  const XdpLinkInfo info = read_xdp_link(*link);
  const FilterPlace place = place_of(info);
  std::string interface = place == FilterPlace::here ? interface_name(info.interface_index)
                                                     : interface_of_pin(pins, pin).value_or("");
  return PinnedLink{pin, *std::move(link), info, place, std::move(interface)};
}

std::vector<PinnedLink> filter_links(const FilterPins& pins, std::vector<std::string>* closed) {
  const fs::path& directory = pins.directory();
  std::vector<PinnedLink> links;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const bool is_file = at->symlink_status().type() == fs::file_type::regular;
    if (!is_file || !interface_of_pin(pins, at->path())) continue;
    try {
      if (std::optional<PinnedLink> link = open_filter_link(pins, at->path()))
        links.push_back(*std::move(link));
    } catch (const Error& refused) {
      if (closed == nullptr || refused.cause() != Cause::permission) throw;
      closed->push_back(at->path().string());
    }
  }
  if (error)
    throw kernel_error(Operation::open, error.value(),
                       fmt::format("look for the filter's links in {}", directory.string()));
  std::ranges::sort(links, {}, &PinnedLink::pin);
  return links;
}

std::optional<PinnedLink> filter_link_on(const FilterPins& pins, std::uint32_t interface_index) {
  for (PinnedLink& link : filter_links(pins))
    if (link.place == FilterPlace::here && link.info.interface_index == interface_index)
      return std::move(link);
  return std::nullopt;
}

std::string describe_interface(const PinnedLink& link) {
  return link.place == FilterPlace::here ? link.interface : "an interface of another network namespace";
}

void check_filter_directory(const fs::path& directory) {
  if (!on_bpffs(directory / "."))
    throw kernel_error(Operation::open, 0,
                       fmt::format("keep the filter's map in {}", directory.string()),
                       needs_bpffs(directory));
}

Fd lock_filter_directory(const fs::path& directory, KeepWaiting keep_waiting) {
  check_filter_directory(directory);
  Fd lock = lock_directory(directory, std::move(keep_waiting));
  if (lock) return lock;
  throw kernel_error(Operation::open, EWOULDBLOCK, fmt::format("lock {}", directory.string()));
}

}  // namespace mapctl
