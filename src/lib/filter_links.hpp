#pragma once
// The filter's pinned links, by the interface that each one filters now.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "xdp_link.hpp"

namespace mapctl {

struct PinnedLink {
  std::filesystem::path pin;
  Fd link;
  XdpLinkInfo info;
};

/// The link that holds our program on the interface, under whatever name the
/// interface had when it was loaded; nullopt where there is none.
std::optional<PinnedLink> filter_link_on(const std::filesystem::path& directory,
                                         std::uint32_t interface_index);

/// Removes the interface's pin if its link holds nothing any more: the device
/// is gone. Throws Error (exists) where the link is of another device, which
/// would be filtered no longer. False where there is no such pin.
bool remove_defunct_pin(const std::filesystem::path& pin);

}  // namespace mapctl
