#pragma once
// The filter's pinned links, by the interface that each one filters now.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "filter/objects/xdp_link.hpp"
#include "mapctl/filter/pins.hpp"

namespace mapctl {

struct PinnedLink {
  std::filesystem::path pin;
  Fd link;
  XdpLinkInfo info;
  FilterPlace place;
  std::string interface;  ///< its present name; if it is not here, its name at the load
};

/// The link of one of the filter's pins; nullopt if nothing is pinned there.
std::optional<PinnedLink> open_filter_link(const FilterPins& pins,
                                           const std::filesystem::path& pin);

/// The links that a filter has pinned.
std::vector<PinnedLink> filter_links(const FilterPins& pins);

/// The link that holds our program on an interface of this network namespace, whatever its name was
/// at the load; nullopt if there is none.
std::optional<PinnedLink> filter_link_on(const FilterPins& pins, std::uint32_t interface_index);

/// "f0", "an interface of another network namespace".
std::string describe_interface(const PinnedLink& link);

}  // namespace mapctl
