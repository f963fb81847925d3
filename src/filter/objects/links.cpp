#include "filter/objects/links.hpp"

#include "filter/objects/interface.hpp"
#include "filter/objects/pins.hpp"

namespace mapctl {

namespace {

/// The interface number alone may be that of a device in another namespace.
FilterPlace place_of(const XdpLinkInfo& info) {
  if (info.interface_index == 0) return FilterPlace::gone;
  return runs_xdp(info.interface_index, info.program_id) ? FilterPlace::here
                                                         : FilterPlace::other_namespace;
}

}  // namespace

std::optional<PinnedLink> open_filter_link(const FilterPins& pins,
                                           const std::filesystem::path& pin) {
  std::optional<Fd> link = open_xdp_link(pin);
  if (!link) return std::nullopt;
  const XdpLinkInfo info = read_xdp_link(*link);
  const FilterPlace place = place_of(info);
  std::string interface = place == FilterPlace::here ? interface_name(info.interface_index)
                                                     : interface_of_pin(pins, pin).value_or("");
  return PinnedLink{pin, *std::move(link), info, place, std::move(interface)};
}

std::vector<PinnedLink> filter_links(const FilterPins& pins) {
  std::vector<PinnedLink> links;
  for (const std::filesystem::path& pin : filter_link_pins(pins))
    if (std::optional<PinnedLink> link = open_filter_link(pins, pin))
      links.push_back(*std::move(link));
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

}  // namespace mapctl
