#pragma once
// A bpf_link that holds an XDP program on an interface (Linux 5.9).

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mapctl/error.hpp"
#include "mapctl/fd.hpp"
#include "mapctl/filter/xdp_mode.hpp"
#include "mapctl/pin_owner.hpp"

namespace mapctl {

struct XdpLinkInfo {
  std::uint32_t id = 0;
  std::uint32_t program_id = 0;
  std::uint32_t interface_index = 0;  ///< 0: the device is gone, or the link was severed
};

/// Opens a pinned link; nullopt if nothing is pinned there. Throws Error (permission) if the pin
/// has another owner than asked for.
std::optional<Fd> open_xdp_link(const std::filesystem::path& pin, PinOwner owner);

XdpLinkInfo read_xdp_link(const Fd& link);

/// The flag that asks the kernel for a mode.
std::uint32_t flag_of(XdpMode mode);

struct XdpState {
  std::uint32_t program_id;
  std::optional<XdpMode> mode;  ///< nullopt: it runs in the network card itself
};

/// The XDP programs on an interface, at most one in each mode.
std::vector<XdpState> xdp_programs(std::uint32_t interface_index);

/// The one that does not run in the card; nullopt if there is none.
std::optional<XdpState> xdp_state(std::uint32_t interface_index);

/// Attaches a program. Throws Error: exists (another program is there), unsupported (the mode).
Fd attach_xdp(int program, const std::string& interface, XdpMode mode);

/// Swaps the program of a link; there is no moment without a program.
void update_xdp_link(const Fd& link, int program, const std::string& interface);

void pin_xdp_link(const Fd& link, const std::filesystem::path& pin);

/// Detaches for every holder of the link, which may hold nothing. `what` is for messages.
void detach_xdp_link(const Fd& link, const std::string& what);

}  // namespace mapctl
