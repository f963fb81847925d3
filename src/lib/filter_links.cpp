#include "filter_links.hpp"

#include <fmt/format.h>

#include "filter_pins.hpp"
#include "kernel_error.hpp"
#include "mapctl/pin.hpp"

namespace mapctl {

std::optional<PinnedLink> filter_link_on(const std::filesystem::path& directory,
                                         std::uint32_t interface_index) {
  for (const std::filesystem::path& pin : filter_link_pins(directory)) {
    std::optional<Fd> link = open_xdp_link(pin);
    if (!link) continue;
    const XdpLinkInfo info = read_xdp_link(*link);
    // The number alone may be that of a device in another network namespace.
    if (info.interface_index == interface_index && runs_xdp(interface_index, info.program_id))
      return PinnedLink{pin, std::move(*link), info};
  }
  return std::nullopt;
}

bool remove_defunct_pin(const std::filesystem::path& pin) {
  const std::optional<Fd> link = open_xdp_link(pin);
  if (!link) return false;
  const XdpLinkInfo info = read_xdp_link(*link);
  if (info.interface_index == 0) {
    unpin(pin);
    return true;
  }
  const bool is_here = runs_xdp(info.interface_index, info.program_id);
  const std::string holder = is_here ? interface_name(info.interface_index) : std::string{};
  throw kernel_error(
      Operation::pin, 0, fmt::format("use {} for the filter's link", pin.string()),
      {.cause = Cause::exists,
       .reason = is_here ? fmt::format("it filters {}, which had this name before", holder)
                         : "it filters an interface of another network namespace",
       .fix = {is_here ? fmt::format("unload the filter from {} first", holder)
                       : "use another directory for this network namespace"}});
}

}  // namespace mapctl
