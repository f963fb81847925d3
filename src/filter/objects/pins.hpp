#pragma once
// The pins of a filter on a bpffs, and the interface that each pinned link filters now.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "filter/objects/xdp_link.hpp"
#include "map/directory_lock.hpp"
#include "mapctl/fd.hpp"
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

/// The links that a filter has pinned, in path order. Throws Error if the directory cannot be read:
/// an overlooked link would filter with rules that seem unused. The kernel opens a link only for
/// who may write to its pin: the pins of others are added to `closed`, or throw if that is null.
std::vector<PinnedLink> filter_links(const FilterPins& pins,
                                     std::vector<std::string>* closed = nullptr);

/// The link that holds our program on an interface of this network namespace, whatever its name was
/// at the load; nullopt if there is none.
std::optional<PinnedLink> filter_link_on(const FilterPins& pins, std::uint32_t interface_index);

/// "f0", "an interface of another network namespace".
std::string describe_interface(const PinnedLink& link);

/// The name of the filter that a link pin of this name may belong to; nullopt if there can be none.
std::optional<std::string> filter_of_link_pin(const std::filesystem::path& pin);

/// Throws Error (not_bpffs) if nothing can be pinned in the directory.
void check_filter_directory(const std::filesystem::path& directory);

/// Checks the directory; others then wait while the descriptor is open: two concurrent loads would
/// both find no map and both make one. Throws Error (busy) if the caller gave up.
Fd lock_filter_directory(const std::filesystem::path& directory, KeepWaiting keep_waiting = {});

}  // namespace mapctl
